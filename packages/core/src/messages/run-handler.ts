/**
 * Runs a handler of the app in the context of its span, which ends with the handler's result.
 */
import { type Context, INVALID_SPAN_CONTEXT, type Span, trace } from "@opentelemetry/api";
import type { AdapterTracing } from "../runtime/active-tracing.js";
import type { MessageCounts } from "../runtime/message-counts.js";
import { recordError } from "../runtime/record-error.js";
import type { Watcher } from "../runtime/watched-promise.js";
import { watchOutcome } from "./watch-outcome.js";

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * Calls `handler` and returns its result unchanged. What it throws, or its promise is rejected
 * with, is recorded and thrown on.
 */
export function runHandler<Message, Result>(
  tracing: AdapterTracing,
  context: Context,
  span: Span | undefined,
  handler: (message: Message, span: Span) => Result,
  message: Message,
): Result {
  const { contexts, messages } = tracing;
  if (span === undefined || !span.isRecording()) {
    return contexts.with(context, handler, undefined, message, span ?? trace.getSpan(context) ?? NO_SPAN);
  }
  const work = new HandlerSpan(span, messages);
  let result: Result;
  try {
    result = contexts.with(context, handler, undefined, message, span);
  } catch (error) {
    work.rejected(error);
    throw error;
  }
  watchOutcome(result, handler, work);
  return result;
}

/** The span of one call of a handler. */
class HandlerSpan implements Watcher {
  private readonly span: Span;
  private readonly counts: MessageCounts;
  open = true;

  constructor(span: Span, counts: MessageCounts) {
    this.span = span;
    this.counts = counts;
    counts.open += 1;
  }

  fulfilled(): void {
    if (!this.open) return;
    this.open = false;
    this.counts.open -= 1;
    this.span.end();
  }

  rejected(reason: unknown): void {
    if (!this.open) return;
    this.counts.failed += 1;
    recordError(this.span, reason);
    this.fulfilled();
  }
}
