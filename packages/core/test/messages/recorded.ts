/** The spans that a test of messages makes, and the request in which it sends them. */
import { context, defaultTextMapGetter, ROOT_CONTEXT, type SpanContext, SpanKind, trace } from "@opentelemetry/api";
import { afterEach } from "vitest";
import { initTracing } from "../../src/init.js";
import { startServerSpan } from "../../src/runtime/server-span.js";
import type { ReadableSpan } from "../../src/tracer/readable-span.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";

/** The spans that have ended, in that order. */
export const ended: ReadableSpan[] = [];
export const tracing = initTracing({
  serviceName: "test",
  exporter: "none",
  shutdown: false,
  spanProcessors: [
    {
      onStart() {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ],
});
afterEach(() => {
  ended.length = 0;
});

export const TRACE = TRACE_ID;
export const REQUEST_ID = "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7";
export const INCOMING = {
  "x-b3-traceid": TRACE,
  "x-b3-spanid": SPAN_ID,
  "x-b3-sampled": "1",
  "x-request-id": REQUEST_ID,
};
export const TRACEPARENT = `00-${TRACE}-e457b5a2e4d86bd1-01`;

/** Runs `work` as the handler of a request with these headers. */
export function inRequest<Result>(work: () => Result, headers: Readonly<Record<string, string>> = INCOMING): Result {
  const extracted = tracing.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const span = startServerSpan(tracing.tracer, "request", { kind: SpanKind.SERVER }, extracted);
  const result = context.with(trace.setSpan(extracted, span), work);
  span.end();
  return result;
}

/** Returns the ended span of this name. */
export function spanNamed(name: string): ReadableSpan {
  const found = ended.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} among ${ended.map((span) => span.name).join(", ")}`);
  return found;
}

export const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
export const parentOf = (span: ReadableSpan): SpanContext | undefined => span.parentSpanContext;
