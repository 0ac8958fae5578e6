/**
 * initTracing(): from options, environment and process to tracing in force; the only file that names `process`.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { DiagConsoleLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { TracingConfigError } from "./config/config-error.js";
import { identify, type ProcessFacts } from "./config/identity.js";
import { resolve, type TracingOptions } from "./config/options.js";
import type { Settings } from "./config/settings.js";
import { NO_PROCESSORS, spanProcessors } from "./export/pipeline.js";
import type { Tracing } from "./runtime/handle.js";
import { flushAtEnd } from "./runtime/shutdown.js";
import { type Assembled, assemble } from "./runtime/start.js";

interface Started extends Assembled {
  /** Whether `shutdown()` was called. */
  ended: boolean;
}

const STARTED: unique symbol = Symbol.for("meshtrace.started.v1") as never;
const shared = globalThis as { [STARTED]?: Started };

/**
 * Configures tracing for this process and registers it with OpenTelemetry's API. Called again it returns the first
 * handle, and says so; after that one's `shutdown()` it starts anew. Throws `TracingConfigError` with every problem of options and environment, and nothing else; with
 * `strict: false` the problems are a warning, and spans are not made.
 */
export function initTracing(options: TracingOptions = {}): Tracing {
  const earlier = shared[STARTED];
  if (earlier?.ended === false) {
    diag.warn("meshtrace: initTracing() was called before; the first call's tracing stays in force");
    return earlier.tracing;
  }
  const settings = resolve(options, process.env);
  const ownLogger = setLogger(settings);
  const resource = identify(settings, processFacts());
  const sound = settings.problems.length === 0 && !settings.get("disabled");
  const spans = sound ? spanProcessors(settings, surroundings()) : NO_PROCESSORS;
  if (settings.problems.length > 0) {
    const error = new TracingConfigError(settings.problems);
    if (settings.find("strict") !== false) throw error;
    diag.warn(`meshtrace: tracing is off, headers are forwarded. ${error.message}`);
    settings.set("disabled", true, "strict: false");
  }
  earlier?.unregister();
  let stopListening = (): void => {};
  const onStop = (): void => {
    stopListening();
    started.ended = true;
  };
  const complain = (complaint: string): void => {
    diag.error(complaint);
    // The logger may be the other library's, and silent.
    if (!ownLogger) console.error(complaint);
  };
  const assembled = withoutSamplerVariable(() => assemble(settings, spans, { resource, complain, onStop }));
  const started: Started = { ...assembled, ended: false };
  const { tracing } = started;
  if (!settings.get("disabled") && settings.find("shutdown") !== false) {
    const signals = settings.find<readonly NodeJS.Signals[]>("shutdown.signals") ?? ["SIGTERM", "SIGINT"];
    stopListening = flushAtEnd(process, signals, {
      flush: () => tracing.flush(),
      ended: () => tracing.report().ended,
    });
  }
  shared[STARTED] = started;
  return tracing;
}

/** A logger that the app gave to OpenTelemetry stays, with its level. Tells whether ours is in force. */
function setLogger(settings: Settings): boolean {
  const level = settings.get<string>("logLevel").toUpperCase() as keyof typeof DiagLogLevel;
  const api = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for("opentelemetry.js.api.1")];
  return api?.diag === undefined && diag.setLogger(new DiagConsoleLogger(), { logLevel: DiagLogLevel[level] });
}

/**
 * The SDK reads `OTEL_TRACES_SAMPLER` as well. What it finds is overruled, but of `jaeger_remote` it would say that it is
 * invalid.
 */
function withoutSamplerVariable<Result>(work: () => Result): Result {
  const { OTEL_TRACES_SAMPLER: kept } = process.env;
  if (kept === undefined) return work();
  delete process.env["OTEL_TRACES_SAMPLER"];
  try {
    return work();
  } finally {
    process.env["OTEL_TRACES_SAMPLER"] = kept;
  }
}

function surroundings() {
  return {
    inKubernetes: Boolean(process.env["KUBERNETES_SERVICE_HOST"]),
    terminal: process.stdout.isTTY === true && !process.env["NO_COLOR"],
  };
}

function processFacts(): ProcessFacts {
  const program = process.argv[1];
  // A starter from node_modules (`nest start`, `pm2`) is not the service.
  const own = program !== undefined && !/[\\/]node_modules[\\/]/.test(program);
  return {
    environment: process.env,
    pid: process.pid,
    nodeVersion: process.versions.node,
    hostName: hostname(),
    startedIn: own ? program : join(process.cwd(), "package.json"),
  };
}
