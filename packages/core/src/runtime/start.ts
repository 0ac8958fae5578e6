/**
 * From settled options to tracing in force: propagator, provider, registration, handle.
 */
import { type Attributes, diag, type TextMapPropagator, trace } from "@opentelemetry/api";
import type { PropagatorName } from "../config/options.js";
import type { Settings } from "../config/settings.js";
import type { SpanProcessors } from "../export/pipeline.js";
import { sumOfReports } from "../export/report/span-report.js";
import { BaggagePropagator } from "../propagation/baggage-propagator.js";
import { CompositePropagator } from "../propagation/composite-propagator.js";
import { MeshPropagator, type PropagationFormat } from "../propagation/mesh-propagator.js";
import { JaegerRemoteSampler } from "../sampling/jaeger-remote-sampler.js";
import { localSampler, MeshSampler } from "../sampling/mesh-sampler.js";
import type { Sampler } from "../sampling/sampler.js";
import type { SpanLimits } from "../tracer/readable-span.js";
import { TracerProvider } from "../tracer/tracer-provider.js";
import { contextsWithoutManager, setActiveTracing } from "./active-tracing.js";
import { type Tracing, tracingHandle } from "./handle.js";
import { registerGlobally } from "./registration.js";

/** The parts that are not settings. */
export interface AssemblyHost {
  readonly resource: Attributes;
  /** Told what nobody must overlook, where OpenTelemetry's logger may be somebody else's. */
  readonly complain: (complaint: string) => void;
  /** Called once when `shutdown()` begins. */
  readonly onStop: () => void;
}

/** Tracing in force, and the way to make room for another one. */
export interface Assembled {
  readonly tracing: Tracing;
  readonly unregister: () => void;
}

/** Puts tracing in force: for OpenTelemetry's API, and for the adapters. Disabled, it forwards headers. */
export function assemble(settings: Settings, spans: SpanProcessors, host: AssemblyHost): Assembled {
  const { processors, reports } = spans;
  const malformed = new Map<string, number>();
  let notPropagatedTo = 0;
  const propagator = buildPropagator(settings, (header) => {
    malformed.set(header, (malformed.get(header) ?? 0) + 1);
    diag.debug(`meshtrace: malformed ${header}`);
  });
  const disabled = settings.get<boolean>("disabled");
  const sampler = localSampler(disabled ? "always_off" : settings.get("sampler"), settings.get("serviceName"));
  const provider = disabled ? undefined : buildProvider(settings, spans, host.resource, sampler);
  const tracer = (provider ?? trace).getTracer("@meshtrace/core");
  const { refused, contexts, undo } = registerGlobally(provider, propagator);
  if (refused.length > 0) host.complain(refusal(refused));
  const activate = (enabled: boolean): void =>
    setActiveTracing({
      enabled,
      propagator,
      tracer,
      propagateTo: settings.get("propagateTo"),
      trust: settings.get("trust"),
      // Another version of the API keeps its contexts to itself.
      contexts: contexts ?? contextsWithoutManager(),
      notPropagatedTo() {
        notPropagatedTo += 1;
      },
    });
  activate(!disabled);
  const tracing = tracingHandle({
    tracer,
    propagator,
    config: settings.masked(),
    report: () => ({
      ...sumOfReports([...reports.values()].map((one) => one.snapshot())),
      exporters: Object.fromEntries([...reports].map(([name, one]) => [name, one.snapshot()])),
      headersMalformed: Object.fromEntries(malformed),
      hostsNotPropagatedTo: notPropagatedTo,
    }),
    processors,
    timeoutMs: settings.get("shutdown.timeoutMs"),
    stop() {
      host.onStop();
      if (sampler instanceof JaegerRemoteSampler) sampler.stop();
      activate(false);
    },
  });
  return { tracing, unregister: undo };
}

function refusal(refused: readonly string[]): string {
  return (
    "meshtrace: another tracing library, or another version of @opentelemetry/api, was registered first: its " +
    `${refused.join(", ")} stays in force. Spans that other libraries make do not reach meshtrace. Call initTracing() ` +
    "before them, or take them out; `npm ls @opentelemetry/api` shows whether there are two versions."
  );
}

function buildProvider(
  settings: Settings,
  { processors }: SpanProcessors,
  resource: Attributes,
  sampler: Sampler,
): TracerProvider {
  return new TracerProvider({
    resource,
    sampler: new MeshSampler(sampler, settings.get("debug.perSecond")),
    sharedSpan: settings.get("sharedSpan"),
    limits: settings.pick<SpanLimits>("limits.", [
      "attributeCountLimit",
      "eventCountLimit",
      "linkCountLimit",
      "attributePerEventCountLimit",
      "attributePerLinkCountLimit",
      "attributeValueLengthLimit",
    ]),
    processors,
  });
}

function buildPropagator(settings: Settings, onMalformed: (header: string) => void): TextMapPropagator {
  const chosen = settings.get<readonly PropagatorName[] | TextMapPropagator>("propagators");
  if ("inject" in chosen) return chosen;
  const propagators = chosen.filter((name): name is PropagationFormat => name !== "baggage" && name !== "none");
  const mesh = new MeshPropagator({ propagators, passThrough: settings.get("passThrough"), onMalformed });
  return chosen.includes("baggage") ? new CompositePropagator([mesh, new BaggagePropagator()]) : mesh;
}
