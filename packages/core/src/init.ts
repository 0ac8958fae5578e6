/**
 * initTracing(): the only file that knows all parts, and the only one that names `process`.
 */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import {
  type Attributes,
  DiagConsoleLogger,
  DiagLogLevel,
  diag,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator } from "@opentelemetry/core";
import type { SpanExporter, SpanLimits } from "@opentelemetry/sdk-trace-node";
import { type PropagateTo, setActiveTracing, type Trust } from "./active-tracing.js";
import { VARIABLES } from "./environment.js";
import { BatchingProcessor } from "./exporters/batching.js";
import { ConsoleExporter } from "./exporters/console.js";
import { DeliveryReport, type SpanReport } from "./exporters/delivery-report.js";
import { JaegerExporter, type JaegerExporterConfig } from "./exporters/jaeger/jaeger-exporter.js";
import { defaultServiceName, type ProcessFacts, resourceAttributes } from "./identity.js";
import { PASS_THROUGH } from "./mesh-headers.js";
import {
  type ExporterName,
  type PropagatorName,
  resolve,
  type Setting,
  type Settings,
  TracingConfigError,
  type TracingOptions,
} from "./options.js";
import { MeshPropagator, type PropagationFormat } from "./propagator.js";
import { createProvider, registerGlobally } from "./provider.js";
import { localSampler, type SamplerSetting } from "./sampler.js";
import { splitShared } from "./shared-span.js";
import { flushAtEnd, within } from "./shutdown.js";

/** What became of the spans so far, and what the wire brought. */
export interface TracingReport extends SpanReport {
  readonly exporters: Readonly<Record<string, SpanReport>>;
  /** Malformed headers, by name. */
  readonly headersMalformed: Readonly<Record<string, number>>;
  /** Calls without headers because the host is no propagation target. */
  readonly hostsNotPropagatedTo: number;
}

export interface Tracing {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
  /** The settled options, each with where it came from. Secrets are masked. */
  readonly config: Readonly<Record<string, Setting>>;
  report(): TracingReport;
  /** Resolves when all that waits was exported or has failed, or when time is over (default 5000 ms). Never rejects. */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Flushes, within the shutdown time, and stops. The last report; called again, the same. Headers are still forwarded. */
  shutdown(): Promise<TracingReport>;
  [Symbol.asyncDispose](): Promise<void>;
}

const HANDLE: unique symbol = Symbol.for("meshtrace.tracing-handle.v1") as never;
const shared = globalThis as { [HANDLE]?: Tracing };
const DEFAULT_ENDPOINT = "http://localhost:14268/api/traces";
const MESH_ENDPOINT = "http://jaeger-collector.istio-system:14268/api/traces";

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
  const level = settings.get("logLevel", "info").toUpperCase() as keyof typeof DiagLogLevel;
  diag.setLogger(new DiagConsoleLogger(), { logLevel: DiagLogLevel[level], suppressOverrideMessage: true });
  if (settings.problems.length > 0) {
    const error = new TracingConfigError(settings.problems);
    if (options.strict !== false) throw error;
    diag.warn(`meshtrace: tracing is off. ${error.message}`);
    settings.all.set("disabled", { value: true, source: "default" });
  }
  const tracing = assemble(settings);
  shared[HANDLE] = tracing;
  return tracing;
}

function assemble(settings: Settings): Tracing {
  const malformed = new Map<string, number>();
  let notPropagatedTo = 0;
  const propagator = buildPropagator(settings, (header) => {
    malformed.set(header, (malformed.get(header) ?? 0) + 1);
    diag.debug(`meshtrace: malformed ${header}`);
  });
  const disabled = settings.get("disabled", false);
  const reports = new Map<string, DeliveryReport>();
  const processors = disabled ? [] : buildProcessors(settings, reports);
  const provider = createProvider({
    resource: identify(settings),
    sampler: localSampler(settings.get<SamplerSetting>("sampler", "always_on")),
    sharedSpan: settings.get("sharedSpan", true),
    debugPerSecond: settings.get("debugPerSecond", 10),
    limits: pick<SpanLimits>(settings, [
      "attributeCountLimit",
      "eventCountLimit",
      "linkCountLimit",
      "attributeValueLengthLimit",
    ]),
    processors,
  });
  if (!disabled) {
    const refused = registerGlobally(provider, propagator);
    if (refused.length > 0) {
      const complaint = `meshtrace: another tracing library, or another version of @opentelemetry/api, was registered first: its ${refused.join(", ")} stays in force. Spans of other libraries do not reach meshtrace.`;
      diag.error(complaint);
      console.error(complaint);
    }
  }
  const tracer = disabled ? trace.getTracer("@meshtrace/core") : provider.getTracer("@meshtrace/core");
  let enabled = !disabled;
  const activate = (): void =>
    setActiveTracing({
      enabled,
      propagator,
      tracer,
      propagateTo: settings.get<PropagateTo>("propagateTo", "mesh"),
      trust: settings.get<Trust>("trust", "continue"),
      notPropagatedTo() {
        notPropagatedTo += 1;
      },
    });
  activate();

  const report = (): TracingReport => ({
    ...sum([...reports.values()].map((one) => one.snapshot())),
    exporters: Object.fromEntries([...reports].map(([name, one]) => [name, one.snapshot()])),
    headersMalformed: Object.fromEntries(malformed),
    hostsNotPropagatedTo: notPropagatedTo,
  });
  const timeoutMs = settings.get("shutdownTimeoutMs", 5000);
  const flush = async (limit: { readonly timeoutMs?: number } = {}): Promise<void> => {
    await within(limit.timeoutMs ?? timeoutMs, Promise.all(processors.map((one) => one.forceFlush())));
  };
  let stopping: Promise<TracingReport> | undefined;
  let undo = (): void => {};
  const stop = async (): Promise<TracingReport> => {
    undo();
    enabled = false;
    activate();
    const inTime = await within(timeoutMs, Promise.all(processors.map((one) => one.shutdown())));
    if (!inTime) for (const one of processors) one.abandon();
    return report();
  };
  const shutdown = (): Promise<TracingReport> => (stopping ??= stop());
  if (!disabled && settings.get("shutdown", true)) {
    undo = flushAtEnd(process, settings.get<readonly NodeJS.Signals[]>("signals", ["SIGTERM", "SIGINT"]), flush);
  }
  const tracing: Tracing = {
    tracer,
    propagator,
    config: masked(settings),
    report,
    flush,
    shutdown,
    [Symbol.asyncDispose]: async () => void (await shutdown()),
  };
  return tracing;
}

function buildPropagator(settings: Settings, onMalformed: (header: string) => void): TextMapPropagator {
  const chosen = settings.get<readonly PropagatorName[] | TextMapPropagator>("propagators", [
    "b3multi",
    "tracecontext",
  ]);
  if ("inject" in chosen) return chosen;
  const formats = chosen.filter((name): name is PropagationFormat => name !== "baggage" && name !== "none");
  const passThrough = settings.get("passThrough", PASS_THROUGH);
  const mesh = new MeshPropagator({ formats, passThrough, onMalformed });
  return chosen.includes("baggage")
    ? new CompositePropagator({ propagators: [mesh, new W3CBaggagePropagator()] })
    : mesh;
}

function buildProcessors(settings: Settings, reports: Map<string, DeliveryReport>): BatchingProcessor[] {
  const wanted = [
    settings.get<ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[]>("exporter", "jaeger"),
  ].flat();
  const batch = pick<object>(settings, [
    "maxQueueSize",
    "maxExportBatchSize",
    "scheduledDelayMillis",
    "exportTimeoutMillis",
  ]);
  const processors: BatchingProcessor[] = [];
  for (const one of wanted) {
    if (one === "none") continue;
    const base = typeof one === "string" ? one : one.constructor.name;
    const name = reports.has(base) ? `${base}-${reports.size}` : base;
    const report = new DeliveryReport();
    reports.set(name, report);
    const exporter = typeof one === "string" ? namedExporter(one, settings) : splitShared(one);
    processors.push(new BatchingProcessor({ ...batch, exporter, name, report }));
  }
  return processors;
}

function namedExporter(name: ExporterName, settings: Settings): SpanExporter {
  if (name === "console") return new ConsoleExporter();
  const inKubernetes = Boolean(process.env["KUBERNETES_SERVICE_HOST"]);
  const endpoint = settings.get("endpoint", inKubernetes ? MESH_ENDPOINT : DEFAULT_ENDPOINT);
  return new JaegerExporter({
    endpoint,
    ...pick<JaegerExporterConfig>(settings, ["headers", "timeoutMs", "username", "password"]),
  });
}

function identify(settings: Settings): Attributes {
  const facts: ProcessFacts = {
    environment: process.env,
    pid: process.pid,
    nodeVersion: process.versions.node,
    hostName: hostname(),
    packageName: packageName(),
  };
  const configured = settings.get<Attributes>("resourceAttributes", {});
  if (!settings.all.has("serviceName")) {
    const named = configured["service.name"];
    const found =
      typeof named === "string" ? { value: named, source: "OTEL_RESOURCE_ATTRIBUTES" } : defaultServiceName(facts);
    settings.all.set("serviceName", found);
  }
  return resourceAttributes(settings.get("serviceName", ""), configured, facts);
}

/** The name in the package.json nearest to the program, else to the working directory; `undefined` without one. */
function packageName(): string | undefined {
  for (let folder = dirname(process.argv[1] ?? join(process.cwd(), "x")); ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
      return typeof name === "string" && name !== "" ? name : undefined;
    } catch {
      if (dirname(folder) === folder) return undefined;
    }
  }
}

/** The settings among `names` that were given, as one object. */
function pick<Shape>(settings: Settings, names: readonly string[]): Shape {
  return Object.fromEntries(
    names.flatMap((name) => (settings.all.has(name) ? [[name, settings.all.get(name)?.value]] : [])),
  ) as Shape;
}

function masked(settings: Settings): Record<string, Setting> {
  const secret = new Set(["headers", ...VARIABLES.filter((row) => row.secret).map((row) => row.option)]);
  const rows = [...settings.all].map(([name, { value, source }]): [string, Setting] => {
    if (secret.has(name)) return [name, { value: "***", source }];
    const shown = name === "endpoint" ? String(value).replace(/\/\/[^@/]*@/, "//***@") : value;
    return [name, { value: shown, source }];
  });
  return Object.fromEntries(rows);
}

function sum(reports: readonly SpanReport[]): SpanReport {
  const total = (name: keyof SpanReport): number => reports.reduce((so, one) => so + one[name], 0);
  return {
    ended: total("ended"),
    exported: total("exported"),
    failed: total("failed"),
    dropped: total("dropped"),
    queued: total("queued"),
  };
}
