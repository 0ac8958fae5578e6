/**
 * Exports that fail or hang while they may still succeed: logged at the first failure, long before
 * spans are lost.
 */
import { diag } from "@opentelemetry/api";
import { printable } from "../../text/printable.js";
import { now } from "../clock.js";

export class DeliveryLog {
  readonly #exporter: string;
  readonly #intervalMs: number;
  #failing = false;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(exporter: string, intervalMs: number) {
    this.#exporter = exporter;
    this.#intervalMs = intervalMs;
  }

  /** Logs that `spans` wait, and why: once for an outage, and at most once in an interval. */
  failed(spans: number, reason: string): void {
    if (this.#failing || now() - this.#loggedAt < this.#intervalMs) return;
    this.#failing = true;
    this.#loggedAt = now();
    diag.warn(`meshtrace: ${spans} spans wait for ${this.#exporter}: ${printable(reason)}`);
  }

  /** Call when an export succeeded. Logs the end of an outage that was logged. */
  succeeded(): void {
    if (!this.#failing) return;
    this.#failing = false;
    diag.info(`meshtrace: spans reach ${this.#exporter} again`);
  }
}
