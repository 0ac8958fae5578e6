/**
 * initTracing(): from options, environment and process to tracing in force. The only file that
 * names `process`.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { TracingConfigError } from "./config/config-error.js";
import { nearestPackageName, type ProcessFacts } from "./config/identity.js";
import { resolveConfig, withoutSpans } from "./config/resolved-config.js";
import type { LogLevel } from "./config/setting-names.js";
import type { TracingOptions } from "./config/tracing-options.js";
import { exportAtExit } from "./export/exit/export-at-exit.js";
import { NO_PIPELINES, pipelinesFor } from "./export/pipeline.js";
import { STARTED } from "./process-wide.js";
import { ConsoleLogger } from "./runtime/console-logger.js";
import { serveDiagnostics } from "./runtime/diagnostics-server.js";
import type { Tracing } from "./runtime/handle.js";
import { atExit, flushAtEnd } from "./runtime/shutdown.js";
import { type Assembled, assemble } from "./runtime/start.js";
import { startLine } from "./runtime/start-line.js";

interface Started extends Assembled {
  /** Whether `shutdown()` was called. */
  ended: boolean;
}

/** Milliseconds for which the last spans may hold an exit. */
const MAX_EXIT_MS = 1000;
const shared = globalThis as { [STARTED]?: Started };

/**
 * Configures tracing for this process and registers it with OpenTelemetry's API. Called again it
 * returns the first handle and logs a warning; after `shutdown()` it starts anew.
 *
 * @throws TracingConfigError with every problem of options and environment, and nothing else. With
 *   `strict: false` the problems are logged as a warning, and no spans are made.
 * @example
 * import { initTracing } from "@meshtrace/core";
 *
 * const tracing = initTracing({ serviceName: "hello", exporter: "zipkin" });
 * process.once("SIGTERM", () => void tracing.shutdown());
 */
export function initTracing(options: TracingOptions = {}): Tracing {
  const earlier = shared[STARTED];
  if (earlier?.ended === false) {
    diag.warn("meshtrace: initTracing() was called before; the first call's tracing stays in force");
    return earlier.tracing;
  }
  const resolution = resolveConfig(options, processFacts());
  const ownLogger = setLogger(resolution.config.logLevel);
  const built = resolution.problems.length === 0 ? pipelinesFor(resolution.config) : NO_PIPELINES;
  const problems = [...resolution.problems, ...built.problems];
  let { config } = resolution;
  if (problems.length > 0) {
    const error = new TracingConfigError(problems);
    if (config.strict) throw error;
    diag.warn(`meshtrace: tracing is off, headers are forwarded. ${error.message}`);
    config = withoutSpans(config, "strict: false");
  }
  if (resolution.warning !== undefined) diag.warn(`meshtrace: ${resolution.warning}`);
  if (resolution.note !== undefined) diag.debug(`meshtrace: ${resolution.note}`);
  earlier?.unregister();
  let stopListening = (): void => {};
  let stopExit = (): void => {};
  let stopDiagnostics = (): void => {};
  const onStop = (): void => {
    stopListening();
    started.ended = true;
  };
  // Until then a process that exits may still lose spans.
  const onStopped = (): void => {
    stopExit();
    stopDiagnostics();
  };
  const complain = (complaint: string): void => {
    diag.error(complaint);
    // The logger may be another library's, and silent.
    if (!ownLogger) console.error(complaint);
  };
  const started: Started = {
    ...assemble(config, problems.length === 0 ? built : NO_PIPELINES, { complain, onStop, onStopped }),
    ended: false,
  };
  const { tracing } = started;
  if (!config.disabled && config.shutdown.atProcessEnd) {
    const exitMs = Math.min(config.shutdown.timeoutMs, MAX_EXIT_MS);
    stopExit = atExit(process, (isLast) => exportAtExit(built.processors, exitMs, isLast));
    stopListening = flushAtEnd(process, config.shutdown.signals, {
      flush: () => tracing.flush(),
      ended: () => tracing.report().ended,
    });
  }
  const { host, port } = config.diagnostics;
  if (port !== undefined) stopDiagnostics = serveDiagnostics({ host, port }, tracing);
  shared[STARTED] = started;
  diag.info(`meshtrace: ${startLine(config)}`);
  return tracing;
}

/**
 * Registers a logger, unless the app has one, which keeps its level. Returns whether ours is in
 * force.
 */
function setLogger(level: LogLevel): boolean {
  const logLevel = DiagLogLevel[level.toUpperCase() as keyof typeof DiagLogLevel];
  const api = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for("opentelemetry.js.api.1")];
  return api?.diag === undefined && diag.setLogger(new ConsoleLogger((line) => console.error(line)), { logLevel });
}

function processFacts(): ProcessFacts {
  return {
    environment: process.env,
    pid: process.pid,
    nodeVersion: process.versions.node,
    hostName: hostname(),
    // The first access opens the stream.
    get terminal() {
      return process.stdout.isTTY === true && !process.env["NO_COLOR"];
    },
    packageName,
  };
}

function packageName(): string | undefined {
  const program = process.argv[1];
  // A starter from node_modules (`nest start`, `pm2`) is not the service.
  if (program !== undefined && !/[\\/]node_modules[\\/]/.test(program)) return nearestPackageName(program);
  try {
    return nearestPackageName(join(process.cwd(), "package.json"));
  } catch {
    // The working directory was removed.
    return undefined;
  }
}
