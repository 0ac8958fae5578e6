/**
 * A job: work that no request starts, such as a timer, a cron job or a Job of Kubernetes.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
import { type Context, defaultTextMapGetter, diag, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { environmentText } from "../config/process-environment.js";
import { clearTimeout, setTimeout } from "../export/clock.js";
import { STARTED } from "../process-wide.js";
import { printable } from "../text/printable.js";
import { type AdapterTracing, adapterTracing } from "./active-tracing.js";
import type { Tracing } from "./handle.js";
import { recordError } from "./record-error.js";

/** Options of `traceJob`. */
export interface JobOptions {
  /** Whether to flush when the job has ended, before the promise settles. @default true */
  readonly flush?: boolean;
  /**
   * Milliseconds after which a job that still runs is logged as a warning, once. @default 3600000
   */
  readonly warnAfterMs?: number;
}

const defaultWarnAfterMs = 3_600_000;
/** Read whichever formats are configured, beside the propagator's own headers. */
const CARRIED = ["traceparent", "tracestate", "baggage", "b3"];

const shared = globalThis as { [STARTED]?: { readonly tracing: Tracing } };

/**
 * Runs `work` in an INTERNAL span and returns a promise of its result. The span is a child of the
 * active span; without one, of the context in the environment (`TRACEPARENT`, `TRACESTATE`,
 * `BAGGAGE`, `B3`, or `X_B3_TRACEID` and its like), which a Kubernetes Job has in `env`; else it is
 * a root. An error of `work` is recorded, and the promise rejects with it. When the job ends,
 * waiting spans are flushed, for at most `shutdown.timeoutMs`. Malformed variables count as absent.
 *
 * @example
 * await traceJob("nightly", async () => console.log("tidied up"));
 */
export async function traceJob<Result>(
  name: string,
  work: (span: Span) => Result | PromiseLike<Result>,
  options: JobOptions = {},
): Promise<Result> {
  const tracing = adapterTracing();
  const parent = parentOf(tracing);
  const span = tracing.tracer.startSpan(name, { kind: SpanKind.INTERNAL }, parent);
  const stopWaiting = warnIfEndless(name, options?.warnAfterMs);
  try {
    return await tracing.contexts.with(trace.setSpan(parent, span), work, undefined, span);
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    stopWaiting();
    span.end();
    if (options?.flush !== false) await shared[STARTED]?.tracing.flush();
  }
}

function parentOf({ contexts, propagator }: AdapterTracing): Context {
  const active = contexts.active();
  if (trace.getSpan(active) !== undefined) return active;
  const carrier: Record<string, string> = {};
  for (const header of new Set([...CARRIED, ...propagator.fields()])) {
    const value = environmentText(header.toUpperCase().replace(/[^A-Z0-9]/g, "_"));
    if (value !== undefined) carrier[header] = value;
  }
  return Object.keys(carrier).length === 0 ? active : propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
}

function warnIfEndless(name: string, milliseconds: unknown): () => void {
  const delay = typeof milliseconds === "number" && milliseconds > 0 ? milliseconds : defaultWarnAfterMs;
  const timer = setTimeout(() => {
    diag.warn(
      `meshtrace: the job ${printable(String(name))} still runs after ${delay} ms; its span is exported when it ends`,
    );
  }, delay);
  timer.unref();
  return () => clearTimeout(timer);
}
