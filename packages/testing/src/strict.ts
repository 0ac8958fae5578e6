/** Throws a mistake at the call that makes it, so that its stack shows the place. */
import type { Tracer } from "@opentelemetry/api";

type StartSpan = Tracer["startSpan"];

/**
 * Replaces `startSpan` of every tracer of this class: a processor cannot throw into the app.
 * Returns the way back.
 */
export function throwFromStartSpan(tracer: Tracer, takeMistake: () => Error | undefined): () => void {
  const prototype = Object.getPrototypeOf(tracer) as { startSpan: StartSpan };
  const original = prototype.startSpan;
  prototype.startSpan = function (this: Tracer, ...args) {
    const span = original.apply(this, args);
    const mistake = takeMistake();
    if (mistake === undefined) return span;
    span.end();
    throw mistake;
  };
  return () => {
    prototype.startSpan = original;
  };
}
