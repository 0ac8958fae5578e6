/**
 * Spans that wait for their local root: the first span of a request in this process, which ends last.
 */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

// A root that never ends, or was sampled elsewhere, must not collect spans for ever.
const MOST_WAITING = 1000;

export interface Arrived {
  /** Each a local root with everything below it that has ended. */
  readonly complete: readonly (readonly ReadableSpan[])[];
  /** Spans that ended after their root, or waited too long for it. */
  readonly strays: readonly ReadableSpan[];
}

export class LocalTraces {
  /** Spans that wait, by the ID of their parent. */
  #byParent = new Map<string, ReadableSpan[]>();
  #count = 0;
  /** Spans that were written lately: who comes after them is not waited for. */
  readonly #written = new Set<string>();

  add(spans: readonly ReadableSpan[]): Arrived {
    const roots = spans.filter(isLocalRoot);
    for (const span of spans) if (!isLocalRoot(span)) this.#keep(span);
    const complete = roots.map((root) => this.#take(root));
    const late = [...this.#byParent.keys()].filter((parent) => this.#written.has(parent));
    const strays = late.flatMap((parent) => this.#takeBelow(parent));
    if (this.#count > MOST_WAITING) strays.push(...this.takeAll());
    return { complete, strays };
  }

  takeAll(): ReadableSpan[] {
    const all = [...this.#byParent.values()].flat();
    this.#byParent = new Map();
    this.#count = 0;
    return all;
  }

  #keep(span: ReadableSpan): void {
    const key = keyOf(span, span.parentSpanContext?.spanId);
    const siblings = this.#byParent.get(key);
    if (siblings === undefined) this.#byParent.set(key, [span]);
    else siblings.push(span);
    this.#count += 1;
  }

  #take(span: ReadableSpan): ReadableSpan[] {
    const key = keyOf(span, span.spanContext().spanId);
    this.#remember(key);
    return [span, ...this.#takeBelow(key)];
  }

  #takeBelow(key: string): ReadableSpan[] {
    const children = this.#byParent.get(key) ?? [];
    this.#byParent.delete(key);
    this.#count -= children.length;
    return children.flatMap((child) => this.#take(child));
  }

  #remember(key: string): void {
    this.#written.add(key);
    if (this.#written.size > MOST_WAITING) this.#written.delete(this.#written.values().next().value as string);
  }
}

function isLocalRoot({ parentSpanContext: parent }: ReadableSpan): boolean {
  return parent === undefined || parent.isRemote === true;
}

/** Two traces may, in theory, have the same span ID. */
function keyOf(span: ReadableSpan, spanId: string | undefined): string {
  return `${span.spanContext().traceId}-${spanId}`;
}
