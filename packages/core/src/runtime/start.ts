/**
 * From settled options to tracing in force: propagator, provider, registration, handle.
 */
import { type TracerProvider as ApiTracerProvider, diag, type TextMapPropagator, trace } from "@opentelemetry/api";
import type { ResolvedConfig } from "../config/resolved-config.js";
import type { Pipelines } from "../export/pipeline.js";
import { exporterSplits } from "../export/registry.js";
import { sumOfReports } from "../export/report/span-report.js";
import { REQUEST_ID } from "../headers/names.js";
import { BaggagePropagator } from "../propagation/baggage-propagator.js";
import { CompositePropagator } from "../propagation/composite-propagator.js";
import { MeshPropagator, type PropagationFormat } from "../propagation/mesh-propagator.js";
import { JaegerRemoteSampler } from "../sampling/jaeger-remote-sampler.js";
import { localSampler, MeshSampler } from "../sampling/mesh-sampler.js";
import type { Sampler } from "../sampling/sampler.js";
import { shareSpans } from "../sdk/share-spans.js";
import { TracerProvider } from "../tracer/tracer-provider.js";
import { contextsWithoutManager, logSettings, setActiveTracing } from "./active-tracing.js";
import { type Tracing, tracingHandle } from "./handle.js";
import { MessageCounts } from "./message-counts.js";
import { registerGlobally, registerMissing } from "./registration.js";
import { RequestCounts } from "./request-counts.js";

/** The parts that are not settings. */
export interface AssemblyHost {
  /** Logs what must not be overlooked: OpenTelemetry's logger may be another library's. */
  readonly complain: (complaint: string) => void;
  /** Called once when `shutdown()` begins. */
  readonly onStop: () => void;
  /** Called once when `shutdown()` has ended. */
  readonly onStopped: () => void;
}

/** Tracing in force, and the way to make room for another one. */
export interface Assembled {
  readonly tracing: Tracing;
  readonly unregister: () => void;
}

/**
 * Puts tracing in force: for OpenTelemetry's API, and for the adapters. Disabled, it forwards
 * headers.
 */
export function assemble(config: ResolvedConfig, pipelines: Pipelines, host: AssemblyHost): Assembled {
  const { processors, reports } = pipelines;
  const malformed = new Map<string, number>();
  let notPropagatedTo = 0;
  let logLinesFailed = 0;
  const log = logSettings(config.log.fields, splitsSharedSpans(config), () => {
    logLinesFailed += 1;
  });
  const requests = new RequestCounts();
  const messages = new MessageCounts();
  const propagator = buildPropagator(config, (header) => {
    malformed.set(header, (malformed.get(header) ?? 0) + 1);
    diag.debug(`meshtrace: malformed ${header}`);
  });
  const { disabled, propagateTo, trust, tracerProvider } = config;
  const makesSpans = !disabled && tracerProvider === undefined;
  const sampler = localSampler(makesSpans ? config.sampler : "always_off", config.serviceName);
  const own = makesSpans ? buildProvider(config, pipelines, sampler) : undefined;
  const apps = disabled ? undefined : tracerProvider;
  if (apps !== undefined) shareSpans(apps);
  const tracer = (own ?? apps ?? trace).getTracer("@meshtrace/core");
  const { refused, contexts, undo } =
    apps === undefined ? registerGlobally(own, propagator) : registerMissing(apps, propagator);
  if (refused.length > 0) host.complain(refusal(refused));
  const activate = (enabled: boolean): void =>
    setActiveTracing({
      enabled,
      propagator,
      tracer,
      propagateTo,
      trust,
      // Another version of the API keeps its contexts to itself.
      contexts: contexts ?? contextsWithoutManager(),
      requests,
      ignore: config.ignore,
      log,
      messages,
      requestIdNotUuid() {
        const count = malformed.get(REQUEST_ID) ?? 0;
        malformed.set(REQUEST_ID, count + 1);
        if (count === 0) diag.warn(`meshtrace: ${NOT_UUID}`);
      },
      notPropagatedTo() {
        notPropagatedTo += 1;
      },
    });
  activate(!disabled);
  const tracing = tracingHandle({
    tracer,
    propagator,
    readConfig: () => config.settings,
    report: () => ({
      ...sumOfReports([...reports.values()].map((one) => one.snapshot())),
      exporters: Object.fromEntries([...reports].map(([name, one]) => [name, one.snapshot()])),
      requests: requests.snapshot(),
      messages: messages.snapshot(),
      headersMalformed: Object.fromEntries(malformed),
      hostsNotPropagatedTo: notPropagatedTo,
      logLinesFailed,
    }),
    processors,
    provider: own ?? providerOf(tracerProvider),
    timeoutMs: config.shutdown.timeoutMs,
    stop() {
      host.onStop();
      if (sampler instanceof JaegerRemoteSampler) sampler.stop();
      activate(false);
    },
    stopped: host.onStopped,
  });
  return { tracing, unregister: undo };
}

/**
 * Returns whether the first exporter splits shared spans. A provider of the app most often exports
 * to a backend that needs it.
 */
function splitsSharedSpans({ exporters, tracerProvider }: ResolvedConfig): boolean {
  const [first] = exporters;
  return first === undefined ? tracerProvider !== undefined : exporterSplits(first);
}

const NOT_UUID =
  "a request came with an x-request-id that is not a UUID of 36 characters. It is forwarded, but Envoy cannot keep its " +
  "sampling decision in such an ID, so proxies may sample nothing (logged once; report().headersMalformed counts them)";

/** A provider of the app is flushed with us, but shutting it down is the app's business. */
function providerOf(provider: ApiTracerProvider | undefined): Pick<TracerProvider, "forceFlush" | "shutdown"> {
  return {
    forceFlush: async () => (provider as Partial<TracerProvider> | undefined)?.forceFlush?.(),
    shutdown: async () => {},
  };
}

function refusal(refused: readonly string[]): string {
  return (
    "meshtrace: another tracing library, or another version of @opentelemetry/api, was registered first: its " +
    `${refused.join(", ")} stays in force. Spans that other libraries make do not reach meshtrace. Call initTracing() ` +
    "before them, or take them out; `npm ls @opentelemetry/api` shows whether there are two versions."
  );
}

function buildProvider(config: ResolvedConfig, { processors }: Pipelines, sampler: Sampler): TracerProvider {
  const { resource, sharedSpan, debug, limits, spanProcessors, idGenerator } = config;
  return new TracerProvider({
    resource,
    sampler: new MeshSampler(sampler, debug.perSecond),
    sharedSpan,
    limits,
    processors: [...spanProcessors, ...processors],
    idGenerator,
  });
}

/** Propagators of the app follow ours. Without any name among them, they are the only ones. */
function buildPropagator(config: ResolvedConfig, onMalformed: (header: string) => void): TextMapPropagator {
  const names = config.propagators.filter((propagator) => typeof propagator === "string");
  const chosen: TextMapPropagator[] = config.propagators.filter((propagator) => typeof propagator !== "string");
  if (names.includes("baggage")) chosen.unshift(new BaggagePropagator());
  if (names.length > 0 || chosen.length === 0) {
    const propagators = names.filter((name): name is PropagationFormat => name !== "baggage" && name !== "none");
    chosen.unshift(new MeshPropagator({ propagators, passThrough: config.passThrough, onMalformed }));
  }
  const [first, ...others] = chosen;
  return first !== undefined && others.length === 0 ? first : new CompositePropagator(chosen);
}
