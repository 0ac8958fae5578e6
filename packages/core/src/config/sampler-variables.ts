/**
 * The sampler from OpenTelemetry's variables, or else from those of jaeger-client. The mesh's
 * decision takes precedence over every sampler, so `parentbased_` makes no difference.
 */
import type { SamplerSetting } from "../sampling/mesh-sampler.js";
import type { Found } from "./setting.js";
import { httpUrl, items, MAX_TIMER_MS, number, oneOf } from "./value-types.js";
import type { VariableReader } from "./variable-reader.js";

const SAMPLER_NAMES = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
  "jaeger_remote",
  "parentbased_jaeger_remote",
] as const;
const samplerName = oneOf(SAMPLER_NAMES, "sampler");
const jaegerType = oneOf(["const", "probabilistic", "ratelimiting", "remote"]);
const ratio = number(0, 1);
const pollingInterval = number(1000, MAX_TIMER_MS);
const positive = number(0);

const REMOTE_ARGUMENT = "endpoint=http://host:port[,pollingIntervalMs=1000 or more][,initialSamplingRate=0..1]";
const DEFAULT_POLLING_INTERVAL_MS = 60_000;
const DEFAULT_INITIAL_RATIO = 0.001;

/** What variables allow, for the reference table. */
export const SAMPLER_VARIABLES = samplerName.allowed;

/**
 * Returns the sampler that the variables name. A malformed argument is a problem only for a sampler
 * that reads it.
 */
export function samplerFromVariables(variables: VariableReader): Found<SamplerSetting> | undefined {
  const name = variables.text("OTEL_TRACES_SAMPLER");
  // AWS's sampler is another SDK's extension; `unreadVariables` warns about it.
  if (name !== undefined && !/^\s*(parentbased_)?xray\s*$/i.test(name)) {
    return fromOpenTelemetry(variables, name);
  }
  const type = variables.text("JAEGER_SAMPLER_TYPE");
  return type === undefined ? undefined : fromJaegerClient(variables, type);
}

function fromOpenTelemetry(variables: VariableReader, text: string): Found<SamplerSetting> | undefined {
  const source = "OTEL_TRACES_SAMPLER";
  const name = samplerName.parse?.(text);
  switch (name?.replace("parentbased_", "")) {
    case undefined:
      variables.complain(source, samplerName.allowed);
      return undefined;
    case "always_off":
      return { value: "always_off", source };
    case "traceidratio":
      return { value: parsed(variables, "OTEL_TRACES_SAMPLER_ARG", ratio) ?? 1, source };
    case "jaeger_remote":
      return remote(variables, source);
    default:
      return { value: "always_on", source };
  }
}

/**
 * The argument of `jaeger_remote` as OpenTelemetry specifies it: key=value pairs, separated by
 * commas.
 */
function remote(variables: VariableReader, source: string): Found<SamplerSetting> | undefined {
  const pairs = items(variables.text("OTEL_TRACES_SAMPLER_ARG") ?? "").map((pair) => pair.split(/\s*=\s*(.*)/s));
  const argument = new Map(pairs as unknown as [string, string][]);
  const endpoint = httpUrl.parse?.(argument.get("endpoint") ?? "");
  const pollingIntervalMs = pollingInterval.parse?.(
    argument.get("pollingIntervalMs") ?? `${DEFAULT_POLLING_INTERVAL_MS}`,
  );
  const initialRatio = ratio.parse?.(argument.get("initialSamplingRate") ?? `${DEFAULT_INITIAL_RATIO}`);
  if (endpoint === undefined || pollingIntervalMs === undefined || initialRatio === undefined) {
    variables.complain("OTEL_TRACES_SAMPLER_ARG", REMOTE_ARGUMENT);
    return undefined;
  }
  return { value: { jaegerRemote: { endpoint, pollingIntervalMs, initialRatio } }, source };
}

/** The names and parameters of jaeger-client. */
function fromJaegerClient(variables: VariableReader, text: string): Found<SamplerSetting> | undefined {
  const source = "JAEGER_SAMPLER_TYPE";
  const parameter = (type = positive): number | undefined => parsed(variables, "JAEGER_SAMPLER_PARAM", type);
  switch (jaegerType.parse?.(text)) {
    case undefined:
      variables.complain(source, jaegerType.allowed);
      return undefined;
    case "const":
      return { value: (parameter() ?? 1) === 0 ? "always_off" : "always_on", source };
    case "probabilistic":
      return { value: parameter(ratio) ?? DEFAULT_INITIAL_RATIO, source };
    case "ratelimiting":
      return { value: { perSecond: parameter() ?? 1 }, source };
    case "remote": {
      const host = variables.first(["OTEL_EXPORTER_JAEGER_AGENT_HOST", "JAEGER_AGENT_HOST"])?.text ?? "localhost";
      const endpoint = parsed(variables, "JAEGER_SAMPLING_ENDPOINT", httpUrl) ?? `http://${host}:5778/sampling`;
      const initialRatio = parameter(ratio) ?? DEFAULT_INITIAL_RATIO;
      return {
        value: { jaegerRemote: { endpoint, pollingIntervalMs: DEFAULT_POLLING_INTERVAL_MS, initialRatio } },
        source,
      };
    }
  }
}

function parsed<Value>(
  variables: VariableReader,
  name: string,
  type: { readonly parse?: (text: string) => Value | undefined; readonly allowed: string },
): Value | undefined {
  const text = variables.text(name);
  if (text === undefined) return undefined;
  const value = type.parse?.(text);
  if (value === undefined) variables.complain(name, type.allowed);
  return value;
}

/** Fills in what an option leaves out. */
export function withSamplerDefaults(sampler: SamplerSetting): SamplerSetting {
  if (typeof sampler !== "object" || !("jaegerRemote" in sampler)) return sampler;
  const { endpoint, pollingIntervalMs, initialRatio } = sampler.jaegerRemote;
  return Object.freeze({
    jaegerRemote: Object.freeze({
      endpoint,
      pollingIntervalMs: pollingIntervalMs ?? DEFAULT_POLLING_INTERVAL_MS,
      initialRatio: initialRatio ?? DEFAULT_INITIAL_RATIO,
    }),
  });
}
