/**
 * IDs that are the same in every run: counted from one, and recognisable by their first digits.
 */
import type { IdGenerator } from "@meshtrace/core";

const MARK = "7e57";

/** Counts trace IDs and span IDs; `reset` begins again. */
export class SequentialIds implements IdGenerator {
  #traces = 0;
  #spans = 0;

  readonly generateTraceId = (): string => {
    this.#traces += 1;
    return MARK + hex(this.#traces, 28);
  };

  readonly generateSpanId = (): string => {
    this.#spans += 1;
    return MARK + hex(this.#spans, 12);
  };

  reset(): void {
    this.#traces = 0;
    this.#spans = 0;
  }
}

export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
