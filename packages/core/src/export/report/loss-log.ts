/**
 * Losses in words: how many spans, why, and what to do; not more often than once in a while, and none unsaid at the end.
 */
import { diag } from "@opentelemetry/api";

/** Spans that were lost since the last time, by reason. */
export interface SpanLoss {
  /** The exporter's name. */
  readonly exporter: string;
  readonly lost: number;
  /** The most frequent first. Each says what went wrong, where, and what to do. */
  readonly reasons: readonly { readonly reason: string; readonly spans: number }[];
}

export type OnLoss = (loss: SpanLoss) => void;

/** More different reasons than this are one: `others`. A server that says something else each time fills no memory. */
const MOST_REASONS = 10;

/** The first losses are told together as well: one span of a thousand says little. */
const FIRST_MS = 1000;

export class LossLog {
  readonly #exporter: string;
  readonly #intervalMs: number;
  readonly #onLoss: OnLoss | undefined;
  readonly #reasons = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(exporter: string, intervalMs: number, onLoss?: OnLoss) {
    this.#exporter = exporter;
    this.#intervalMs = intervalMs;
    this.#onLoss = onLoss;
  }

  add(spans: number, reason: string): void {
    if (spans === 0) return;
    const known = this.#reasons.has(reason) || this.#reasons.size < MOST_REASONS;
    const entry = known ? reason : "others";
    this.#reasons.set(entry, (this.#reasons.get(entry) ?? 0) + spans);
    this.#timer ??= setTimeout(() => this.tell(), Math.max(this.#rest(), FIRST_MS)).unref();
  }

  /** Tells what was not told yet, unless the interval is not over. */
  tellIfDue(): void {
    if (this.#rest() <= 0) this.tell();
  }

  /** Tells what was not told yet. */
  tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#reasons.size === 0) return;
    this.#toldAt = performance.now();
    const reasons = [...this.#reasons].map(([reason, spans]) => ({ reason, spans })).sort((a, b) => b.spans - a.spans);
    const lost = reasons.reduce((sum, { spans }) => sum + spans, 0);
    this.#reasons.clear();
    const words = reasons.map(({ reason, spans }) => (reasons.length > 1 ? `${reason} (${spans} spans)` : reason));
    diag.warn(`meshtrace: ${lost} spans lost on the way to ${this.#exporter}: ${words.join("; ")}`);
    try {
      this.#onLoss?.({ exporter: this.#exporter, lost, reasons });
    } catch (error) {
      diag.error("meshtrace: onLoss", error);
    }
  }

  /** Milliseconds until the interval is over. */
  #rest(): number {
    return this.#toldAt + this.#intervalMs - performance.now();
  }
}
