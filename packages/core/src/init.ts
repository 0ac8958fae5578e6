/**
 * initTracing(): the only file that knows all parts, and the only one that names `process`.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import {
  context as contextApi,
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator } from "@opentelemetry/core";
import type { SpanExporter, SpanLimits } from "@opentelemetry/sdk-trace-node";
import { setActiveTracing } from "./active-tracing.js";
import { TracingConfigError } from "./config-error.js";
import { BatchingProcessor } from "./exporters/batching.js";
import { DeliveryReport, sumOfReports } from "./exporters/delivery-report.js";
import { exporterFor } from "./exporters/index.js";
import { identify, type ProcessFacts } from "./identity.js";
import { type ExporterName, type PropagatorName, resolve, type TracingOptions } from "./options.js";
import { MeshPropagator, type PropagationFormat } from "./propagator.js";
import { createProvider, registerGlobally } from "./provider.js";
import { localSampler } from "./sampler.js";
import type { Settings } from "./settings.js";
import { splitShared } from "./shared-span.js";
import { flushAtEnd } from "./shutdown.js";
import { type Tracing, tracingHandle } from "./tracing.js";

const HANDLE: unique symbol = Symbol.for("meshtrace.tracing-handle.v1") as never;
const shared = globalThis as { [HANDLE]?: Tracing };

/**
 * Configures tracing for this process and registers it with OpenTelemetry's API. Called again it returns the first
 * handle. Throws `TracingConfigError` with every problem of options and environment, and nothing else; with
 * `strict: false` the problems are a warning, and spans are not made.
 */
export function initTracing(options: TracingOptions = {}): Tracing {
  if (shared[HANDLE] !== undefined) {
    diag.warn("meshtrace: initTracing() was called before; the first call's tracing stays in force");
    return shared[HANDLE];
  }
  const settings = resolve(options, process.env);
  setLogger(settings);
  const reports = new Map<string, DeliveryReport>();
  const processors = settings.problems.length > 0 ? [] : buildProcessors(settings, reports);
  if (settings.problems.length > 0) {
    const error = new TracingConfigError(settings.problems);
    if (options.strict !== false) throw error;
    diag.warn(`meshtrace: tracing is off. ${error.message}`);
    settings.set("disabled", true, "strict: false");
  }
  const tracing = assemble(settings, processors, reports);
  shared[HANDLE] = tracing;
  return tracing;
}

function assemble(
  settings: Settings,
  processors: readonly BatchingProcessor[],
  reports: ReadonlyMap<string, DeliveryReport>,
): Tracing {
  const malformed = new Map<string, number>();
  let notPropagatedTo = 0;
  const propagator = buildPropagator(settings, (header) => {
    malformed.set(header, (malformed.get(header) ?? 0) + 1);
    diag.debug(`meshtrace: malformed ${header}`);
  });
  const disabled = settings.get<boolean>("disabled");
  const provider = disabled ? undefined : buildProvider(settings, processors);
  const tracer = (provider ?? trace).getTracer("@meshtrace/core");
  const refused = registerGlobally(provider, propagator);
  if (refused.length > 0) complain(refused);
  const activate = (enabled: boolean): void =>
    setActiveTracing({
      enabled,
      propagator,
      tracer,
      propagateTo: settings.get("propagateTo"),
      trust: settings.get("trust"),
      contexts: contextApi,
      notPropagatedTo() {
        notPropagatedTo += 1;
      },
    });
  activate(!disabled);
  let stopListening = (): void => {};
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
      stopListening();
      activate(false);
    },
  });
  if (!disabled && settings.find("shutdown") !== false) {
    const signals = settings.find<readonly NodeJS.Signals[]>("shutdown.signals") ?? ["SIGTERM", "SIGINT"];
    stopListening = flushAtEnd(process, signals, () => tracing.flush());
  }
  return tracing;
}

/** A logger that the app gave to OpenTelemetry stays, unless a level was asked for. */
function setLogger(settings: Settings): void {
  const level = settings.get<string>("logLevel").toUpperCase() as keyof typeof DiagLogLevel;
  const api = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for("opentelemetry.js.api.1")];
  if (api?.diag !== undefined && !settings.has("logLevel")) return;
  diag.setLogger(new DiagConsoleLogger(), { logLevel: DiagLogLevel[level], suppressOverrideMessage: true });
}

function complain(refused: readonly string[]): void {
  const complaint = `meshtrace: another tracing library, or another version of @opentelemetry/api, was registered first: its ${refused.join(", ")} stays in force. Spans of other libraries do not reach meshtrace.`;
  diag.error(complaint);
  // The logger may be the other library's, and silent.
  console.error(complaint);
}

function buildProvider(settings: Settings, processors: readonly BatchingProcessor[]) {
  const resource = identify(settings, processFacts());
  return createProvider({
    resource,
    sampler: localSampler(settings.get("sampler"), settings.get("serviceName")),
    sharedSpan: settings.get("sharedSpan"),
    debugPerSecond: settings.get("debug.perSecond"),
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

function processFacts(): ProcessFacts {
  return {
    environment: process.env,
    pid: process.pid,
    nodeVersion: process.versions.node,
    hostName: hostname(),
    startedIn: process.argv[1] ?? join(process.cwd(), "x"),
  };
}

function buildPropagator(settings: Settings, onMalformed: (header: string) => void): TextMapPropagator {
  const chosen = settings.get<readonly PropagatorName[] | TextMapPropagator>("propagators");
  if ("inject" in chosen) return chosen;
  const formats = chosen.filter((name): name is PropagationFormat => name !== "baggage" && name !== "none");
  const mesh = new MeshPropagator({ formats, passThrough: settings.get("passThrough"), onMalformed });
  return chosen.includes("baggage")
    ? new CompositePropagator({ propagators: [mesh, new W3CBaggagePropagator()] })
    : mesh;
}

type Wanted = ExporterName | SpanExporter;

/** A queue of its own for each exporter. An exporter that cannot be built becomes a problem of the settings. */
function buildProcessors(settings: Settings, reports: Map<string, DeliveryReport>): BatchingProcessor[] {
  if (settings.get("disabled")) return [];
  const batch = settings.pick<object>("batch.", [
    "maxQueueSize",
    "maxExportBatchSize",
    "scheduledDelayMillis",
    "exportTimeoutMillis",
  ]);
  const surroundings = {
    inKubernetes: Boolean(process.env["KUBERNETES_SERVICE_HOST"]),
    terminal: process.stdout.isTTY === true && !process.env["NO_COLOR"],
  };
  const processors: BatchingProcessor[] = [];
  for (const one of [settings.get<Wanted | readonly Wanted[]>("exporter")].flat()) {
    if (one === "none") continue;
    const base = typeof one === "string" ? one : one.constructor.name;
    const name = reports.has(base) ? `${base}-${reports.size}` : base;
    try {
      const exporter = typeof one === "string" ? exporterFor(one, settings, surroundings) : splitShared(one);
      const report = new DeliveryReport();
      reports.set(name, report);
      processors.push(new BatchingProcessor({ ...batch, exporter, name, report }));
    } catch (error) {
      settings.problems.push({ name: "exporter", value: name, allowed: (error as Error).message });
    }
  }
  return processors;
}
