/**
 * The headers of a call from a context: which position in the trace they name, and in which
 * families.
 */
import type { Context, Span } from "@opentelemetry/api";
import type { ContextHeaders } from "../headers/context-headers.js";
import type { Family } from "../headers/families.js";
import { forwardable, wholeValue } from "../headers/header-value.js";
import { formatContext, NO_HEADERS } from "./format-context.js";
import type { HeaderSet } from "./header-set.js";
import { NO_FAMILIES } from "./interpret-headers.js";
import { membersOf } from "./mesh-trace-state.js";
import { nonRecordingRole } from "./non-recording-span.js";
import { tracestateLimit } from "./pass-through.js";
import type { MeshState } from "./request-context.js";
import { isCallers, spanPosition } from "./span-position.js";

/**
 * Returns the headers of both families. `known`: whether the carrier can take any header; through a
 * setter of the caller's own only those of the configured formats are written, so that headers are
 * not forwarded as they came.
 */
export function outgoingHeaders(
  context: Context,
  span: Span | undefined,
  state: MeshState | undefined,
  known: boolean,
  set: HeaderSet,
): ContextHeaders<string> {
  const extracted = state?.extracted;
  if (known && state?.raw !== undefined && span !== undefined && nonRecordingRole(span) === "forwarded") {
    return asTheyCame(state.raw, state.passThrough);
  }
  const callers = span === undefined || isCallers(span, extracted);
  const current = callers ? extracted : spanPosition(span, context, extracted);
  if (current === undefined) return NO_HEADERS;
  // A trace that starts here, also inside of a request of another trace, goes out in every
  // configured family.
  const continues = current.traceId !== undefined && current.traceId === extracted?.traceId;
  const families = answeredFamilies(continues ? state : undefined);
  const all = families.length === 0;
  const spanContext = callers ? undefined : span.spanContext();
  const own = spanContext?.traceState;
  return formatContext(
    current,
    {
      b3: all ? set.b3 : families.includes("b3"),
      w3c: all ? set.w3c : families.includes("w3c"),
      // A span that joined has no members of its own.
      tracestate: own !== undefined ? membersOf(own) : continues ? state?.tracestate : undefined,
      random: continues ? state?.random === true : ((spanContext?.traceFlags ?? 0) & RANDOM) !== 0,
      narrowB3: continues && state?.narrowB3 === true,
    },
    set,
  );
}

/** W3C Trace Context Level 2: the trace ID is random. */
const RANDOM = 2;

/**
 * Returns the families in which a call continues the caller's trace; none means every
 * configured family.
 */
function answeredFamilies(state: MeshState | undefined): readonly Family[] {
  return state === undefined ? NO_FAMILIES : state.answersIn;
}

/**
 * Returns the headers of a call that no one may trace; without `known`, those that the configured
 * formats have.
 */
export function suppressedHeaders(known: boolean, { b3Single, b3Multi }: HeaderSet): ContextHeaders<string> {
  if (known || b3Single || !b3Multi) return { ...NO_HEADERS, single: "0" };
  return { ...NO_HEADERS, sampled: "0" };
}

/**
 * Characters of a trace context's header, except for `tracestate`. Well-formed ones have at most
 * 68.
 */
const MAX_CONTEXT_LENGTH = 512;

/**
 * What came, byte for byte; empty values, those that cannot be sent, and those that are too long
 * are left out.
 */
function asTheyCame(raw: ContextHeaders, passThrough: readonly string[]): ContextHeaders<string> {
  return {
    traceId: sendable(raw.traceId),
    spanId: sendable(raw.spanId),
    parentSpanId: sendable(raw.parentSpanId),
    sampled: sendable(raw.sampled),
    flags: sendable(raw.flags),
    single: sendable(raw.single),
    traceparent: sendable(raw.traceparent),
    tracestate: sendable(raw.tracestate, tracestateLimit(passThrough)),
  };
}

function sendable(value: unknown, maxLength = MAX_CONTEXT_LENGTH): string | undefined {
  const text = wholeValue(value);
  return text !== undefined && text.length <= maxLength && forwardable(text) ? text : undefined;
}
