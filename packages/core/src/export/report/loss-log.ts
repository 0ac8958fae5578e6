/**
 * Losses in words: how many spans, why, and what to do. Logged at most once per interval, and at
 * shutdown.
 */
import { diag } from "@opentelemetry/api";
import { errorLine } from "../../text/error-line.js";
import { printable } from "../../text/printable.js";
import { clearTimeout, now, setTimeout } from "../clock.js";

/** Spans that were lost since the last report, by reason. */
export interface SpanLoss {
  /** The exporter's name. */
  readonly exporter: string;
  /** Number of spans. */
  readonly lost: number;
  /** The most frequent first. Each says what went wrong, where, and what to do. */
  readonly reasons: readonly {
    /** Cause of the loss, with the collector's URL. */
    readonly reason: string;
    /** Number of spans lost for this reason. */
    readonly spans: number;
  }[];
}

/** Called with lost spans, at most once a minute for each exporter. */
export type OnLoss = (loss: SpanLoss) => void;

/**
 * Further reasons are counted as `others`: a server whose message differs each time must not fill
 * the memory.
 */
const MAX_REASONS = 10;

/** Milliseconds for which the first losses are collected, so that they are reported together. */
const FIRST_MS = 1000;

export class LossLog {
  readonly #exporter: string;
  readonly #intervalMs: number;
  readonly #onLoss: OnLoss | undefined;
  readonly #reasons = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(exporter: string, intervalMs: number, onLoss?: OnLoss) {
    this.#exporter = exporter;
    this.#intervalMs = intervalMs;
    this.#onLoss = onLoss;
  }

  add(spans: number, reason: string): void {
    if (spans === 0) return;
    // Backends write some of the reasons.
    const text = printable(reason);
    const known = this.#reasons.has(text) || this.#reasons.size < MAX_REASONS;
    const entry = known ? text : "others";
    this.#reasons.set(entry, (this.#reasons.get(entry) ?? 0) + spans);
    this.#timer ??= setTimeout(() => this.report(), Math.max(this.#remaining(), FIRST_MS)).unref();
  }

  /** Reports pending losses if the interval has elapsed. */
  reportIfDue(): void {
    if (this.#remaining() <= 0) this.report();
  }

  /** Reports pending losses. */
  report(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#reasons.size === 0) return;
    this.#reportedAt = now();
    const reasons = [...this.#reasons].map(([reason, spans]) => ({ reason, spans })).sort((a, b) => b.spans - a.spans);
    const lost = reasons.reduce((sum, { spans }) => sum + spans, 0);
    this.#reasons.clear();
    const words = reasons.map(({ reason, spans }) => (reasons.length > 1 ? `${reason} (${spans} spans)` : reason));
    diag.warn(`meshtrace: ${lost} spans lost on the way to ${this.#exporter}: ${words.join("; ")}`);
    try {
      this.#onLoss?.({ exporter: this.#exporter, lost, reasons });
    } catch (error) {
      diag.error(`meshtrace: onLoss threw ${errorLine(error)}`);
    }
  }

  /** Returns the milliseconds until the interval has elapsed. */
  #remaining(): number {
    return this.#reportedAt + this.#intervalMs - now();
  }
}
