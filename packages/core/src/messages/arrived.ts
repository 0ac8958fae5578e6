/**
 * The place of received messages in their traces: one message continues its producer's trace, a
 * batch links to the producers' spans.
 */
import { type Context, defaultTextMapGetter, type Link, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { REQUEST_ID } from "../headers/names.js";
import { withoutDebug } from "../headers/trace-context.js";
import { meshState, restartedContext, spanOf, withMeshState } from "../propagation/request-context.js";
import { isTracingSuppressed } from "../propagation/suppress-tracing.js";
import type { AdapterTracing } from "../runtime/active-tracing.js";
import { requestId } from "../runtime/forward-headers.js";
import { errorLine } from "../text/error-line.js";
import { warnOnce } from "../tracer/misuse.js";
import { headersOfMessage, isObject } from "./message-headers.js";
import type { ConsumeOptions } from "./options.js";

/** Where the span of received messages starts. */
export interface Arrived {
  readonly context: Context;
  readonly links: Link[];
}

/** More links than this are not recorded: the default limit of a span. */
const MAX_LINKS = 128;

/** Returns the messages of a batch; `undefined` for a single message. */
export function batchOf(message: unknown): readonly unknown[] | undefined {
  if (Array.isArray(message)) return message;
  if (!isObject(message)) return undefined;
  // kafkajs' `eachBatch`, Lambda, and the answer of SQS.
  const { batch, Records, Messages } = message as { batch?: unknown; Records?: unknown; Messages?: unknown };
  const messages = isObject(batch) ? (batch as { messages?: unknown }).messages : (Records ?? Messages);
  return Array.isArray(messages) ? messages : undefined;
}

/**
 * Returns the place of one message: below its producer's span. Without one it is below the active
 * span.
 */
export function arrivedMessage(
  tracing: AdapterTracing,
  active: Context,
  message: unknown,
  options: ConsumeOptions,
): Arrived {
  if (isTracingSuppressed(active)) return { context: active, links: [] };
  const trust = options.trust ?? tracing.trust;
  const extracted = trust === "ignore" ? ROOT_CONTEXT : extract(tracing, message, options);
  const producer = trace.getSpanContext(extracted);
  const local = openSpan(active);
  if (trust === "restart") {
    const links = producer === undefined ? [] : [{ context: producer }];
    return { context: restartedContext(extracted), links };
  }
  if (producer !== undefined) {
    const links = local?.isRecording() === true ? [{ context: local.spanContext() }] : [];
    return { context: extracted, links };
  }
  if (extracted === ROOT_CONTEXT) return { context: withoutEnded(active), links: [] };
  return { context: local === undefined ? extracted : trace.setSpan(extracted, local), links: [] };
}

/**
 * Returns the place of a batch: below the active span, else a new trace. It is recorded if one of
 * its messages is, and not recorded if none is. A request ID is forwarded if all messages have the
 * same.
 */
export function arrivedBatch(
  tracing: AdapterTracing,
  active: Context,
  batch: readonly unknown[],
  options: ConsumeOptions,
): Arrived {
  if (isTracingSuppressed(active)) return { context: active, links: [] };
  const trust = options.trust ?? tracing.trust;
  const links = new Map<string, Link>();
  const decisions = new Set<string>();
  const requestIds = new Set<string | undefined>();
  if (trust !== "ignore") {
    for (const message of batch) {
      const extracted = extract(tracing, message, options);
      requestIds.add(requestId(extracted));
      const producer = trace.getSpanContext(extracted);
      if (producer === undefined) continue;
      decisions.add(withoutDebug(meshState(extracted)?.extracted));
      if (links.size < MAX_LINKS) links.set(producer.traceId + producer.spanId, { context: producer });
    }
  }
  const found = [...links.values()];
  if (openSpan(active) !== undefined) return { context: active, links: found };
  const decision = decisions.has("accept") ? "accept" : decisions.has("defer") ? undefined : [...decisions][0];
  const [id] = requestIds.size === 1 ? requestIds : [];
  const state = {
    extracted: trust === "restart" || decision === undefined ? undefined : { sampling: decision as "accept" | "deny" },
    from: undefined,
    answersIn: [],
    tracestate: undefined,
    passThrough: id === undefined ? [] : [REQUEST_ID, id],
  };
  return { context: withMeshState(withoutEnded(active), state, undefined), links: found };
}

/** What the headers of a message say. Headers that cannot be read are counted. */
function extract({ propagator, messages }: AdapterTracing, message: unknown, options: ConsumeOptions): Context {
  try {
    const { headersOf } = options;
    const headers = typeof headersOf === "function" ? headersOf(message) : headersOfMessage(message);
    return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  } catch (error) {
    messages.unreadable += 1;
    warnOnce("the headers of a message could not be read", errorLine(error));
    return ROOT_CONTEXT;
  }
}

/** The active span, unless it has ended: a consumer outlives the request that started it. */
function openSpan(active: Context): Span | undefined {
  const span = spanOf(active);
  return span === undefined || hasEnded(span) ? undefined : span;
}

function withoutEnded(active: Context): Context {
  const span = spanOf(active);
  return span !== undefined && hasEnded(span) ? ROOT_CONTEXT : active;
}

function hasEnded(span: Span): boolean {
  return (span as { readonly ended?: unknown }).ended === true;
}
