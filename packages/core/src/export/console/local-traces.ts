/**
 * Spans that wait for their local root: the first span of a request in this process, which ends
 * last.
 */
import type { PrintedSpan } from "./printed-span.js";

// The root may never end, or may not be sampled: spans do not wait for it for ever.
const MAX_WAITING = 1000;

export interface Arrived {
  /** Each a local root with everything below it that has ended. */
  readonly complete: readonly (readonly PrintedSpan[])[];
  /** Spans that ended after their root, or waited too long for it. */
  readonly strays: readonly PrintedSpan[];
}

export class LocalTraces {
  /** Spans that wait, by the ID of their parent. */
  #byParent = new Map<string, PrintedSpan[]>();
  #count = 0;
  /** Spans that were written recently: their later children do not wait. */
  readonly #written = new Set<string>();

  add(spans: readonly PrintedSpan[]): Arrived {
    const roots = spans.filter(({ isLocalRoot }) => isLocalRoot);
    for (const span of spans) if (!span.isLocalRoot) this.#keep(span);
    const complete = roots.map((root) => this.#take(root));
    const late = [...this.#byParent.keys()].filter((parent) => this.#written.has(parent));
    const strays = late.flatMap((parent) => this.#takeBelow(parent));
    if (this.#count > MAX_WAITING) strays.push(...this.takeAll());
    return { complete, strays };
  }

  takeAll(): PrintedSpan[] {
    const all = [...this.#byParent.values()].flat();
    this.#byParent = new Map();
    this.#count = 0;
    return all;
  }

  #keep(span: PrintedSpan): void {
    const key = keyOf(span, span.parentId);
    const siblings = this.#byParent.get(key);
    if (siblings === undefined) this.#byParent.set(key, [span]);
    else siblings.push(span);
    this.#count += 1;
  }

  #take(span: PrintedSpan): PrintedSpan[] {
    const key = keyOf(span, span.spanId);
    this.#remember(key);
    return [span, ...this.#takeBelow(key)];
  }

  #takeBelow(key: string): PrintedSpan[] {
    const children = this.#byParent.get(key) ?? [];
    this.#byParent.delete(key);
    this.#count -= children.length;
    return children.flatMap((child) => this.#take(child));
  }

  #remember(key: string): void {
    this.#written.add(key);
    if (this.#written.size > MAX_WAITING) this.#written.delete(this.#written.values().next().value as string);
  }
}

/** Two traces may have the same span ID. */
function keyOf(span: PrintedSpan, spanId: string | undefined): string {
  return `${span.traceId}-${spanId}`;
}
