/**
 * Spans for the exporters' tests: real ones of the tracer, and objects as foreign code may pass
 * them.
 */
import { type Attributes, type HrTime, type SpanContext, SpanKind } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { OTHER_TRACE_ID } from "../kit/incoming-headers.js";
import { createProvider } from "../provider.js";

export const RESOURCE = { "service.name": "hello.default", "process.pid": 7 };

/** Returns a tracer of our own provider with these processors. */
export function tracerFor(...processors: SpanProcessor[]) {
  return createProvider({ resource: RESOURCE, processors }).getTracer("scope", "1.0");
}

export type SpanParts = { -readonly [Key in keyof ReadableSpan]?: ReadableSpan[Key] } & {
  context?: Partial<SpanContext>;
};

const resource = resourceFromAttributes(RESOURCE);
let last = 0;
const nextId = (): string => (++last).toString(16).padStart(16, "0");
export const TRACE_ID = OTHER_TRACE_ID;
const START: HrTime = [1_700_000_000, 123_456_789];

/** Returns a span as an object with any parts. */
export function span({ context, ...parts }: SpanParts = {}): ReadableSpan {
  const spanContext: SpanContext = { traceId: TRACE_ID, spanId: nextId(), traceFlags: 1, ...context };
  return {
    name: "GET /",
    kind: SpanKind.INTERNAL,
    spanContext: () => spanContext,
    startTime: START,
    endTime: [START[0] + 1, START[1]],
    duration: [1, 0],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "scope", version: "1.0" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...parts,
  };
}

/** Returns many spans of one process. */
export function spans(count: number, parts: (index: number) => SpanParts = () => ({})): ReadableSpan[] {
  return Array.from({ length: count }, (_, index) => span(parts(index)));
}

const cycle: Record<string, unknown> = { name: "cycle" };
cycle["self"] = cycle;

/** Attributes that OpenTelemetry does not allow, and that JavaScript callers set all the same. */
export const HOSTILE = {
  cycle,
  object: { a: { b: [1, { c: 2 }] } },
  nan: Number.NaN,
  infinity: Number.NEGATIVE_INFINITY,
  bigint: 2n ** 70n,
  long: 2n ** 60n,
  surrogate: "a\ud800b",
  nothing: null,
  missing: undefined,
  symbol: Symbol("s"),
  function: () => {},
  date: new Date(0),
  "": "no name",
  "\ud800": "name",
  throws: {
    toJSON() {
      throw new Error("no");
    },
  },
} as unknown as Attributes;

/** Returns a span of which one getter throws. */
export function unreadable(): ReadableSpan {
  return Object.defineProperty(span(), "attributes", {
    get() {
      throw new Error("broken span");
    },
  });
}
