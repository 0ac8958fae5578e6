/**
 * The variables of two worlds that name a sampler, made into one setting.
 */

import type { SamplerSetting } from "../sampling/mesh-sampler.js";
import { number } from "./parsers.js";
import { maskedValue, type Settings } from "./settings.js";

const RATIO = number(0, 1);
const REMOTE_ARGUMENT = "endpoint=http://host:port[,pollingIntervalMs=n][,initialSamplingRate=0..1]";

/**
 * `OTEL_TRACES_SAMPLER` with its argument before `JAEGER_SAMPLER_TYPE` with its parameter. The mesh's decision comes
 * first with each, so `parentbased_` makes no difference. A wrong argument becomes a problem.
 */
export function settleSampler(settings: Settings): void {
  const source = settings.source("sampler");
  if (source === "option") return;
  if (source !== "default") {
    const name = settings.get<string>("sampler").replace("parentbased_", "");
    if (name === "traceidratio") settings.set("sampler", ratio(settings), source);
    else if (name === "jaeger_remote") settings.set("sampler", remote(settings), source);
    else settings.set("sampler", name, source);
  } else if (settings.has("jaegerSamplerType")) {
    settings.set("sampler", fromJaegerClient(settings), "JAEGER_SAMPLER_TYPE");
  }
}

function ratio(settings: Settings): number {
  const text = settings.find<string>("samplerArgument");
  const value = text === undefined ? 1 : RATIO.parse(text);
  if (value === undefined) complain(settings, text as string, RATIO.allowed);
  return value ?? 1;
}

/** The argument as OpenTelemetry specifies it: key=value pairs, separated by commas. */
function remote(settings: Settings): SamplerSetting {
  const text = settings.find<string>("samplerArgument") ?? "";
  const given = new Map(
    text.split(",").map((part) => part.split(/=(.*)/s).map((one) => one.trim()) as [string, string]),
  );
  const endpoint = given.get("endpoint") ?? "";
  const pollingIntervalMs = Number(given.get("pollingIntervalMs") ?? 60_000);
  const initialRatio = Number(given.get("initialSamplingRate") ?? 0.001);
  const wrong = !URL.canParse(endpoint) || !(pollingIntervalMs >= 1000) || !(initialRatio >= 0 && initialRatio <= 1);
  if (wrong) complain(settings, text, REMOTE_ARGUMENT);
  return { jaegerRemote: { endpoint, pollingIntervalMs, initialRatio } };
}

/** jaeger-client's names: const 0 or 1, probabilistic, ratelimiting, remote. */
function fromJaegerClient(settings: Settings): SamplerSetting {
  const type = settings.get<string>("jaegerSamplerType");
  const parameter = settings.find<number>("jaegerSamplerParam");
  if (type === "const") return (parameter ?? 1) === 0 ? "always_off" : "always_on";
  if (type === "ratelimiting") return { perSecond: parameter ?? 1 };
  if (type === "probabilistic") {
    if ((parameter ?? 0) <= 1) return parameter ?? 0.001;
    settings.problems.push({ name: "JAEGER_SAMPLER_PARAM", value: String(parameter), allowed: RATIO.allowed });
    return 1;
  }
  const host = settings.find<string>("jaeger.host") ?? "localhost";
  const endpoint = settings.find<string>("jaegerSamplerEndpoint") ?? `http://${host}:5778/sampling`;
  return { jaegerRemote: { endpoint, initialRatio: parameter ?? 0.001 } };
}

function complain(settings: Settings, value: string, allowed: string): void {
  const shown = String(maskedValue("samplerArgument", value));
  settings.problems.push({ name: "OTEL_TRACES_SAMPLER_ARG", value: shown, allowed });
}
