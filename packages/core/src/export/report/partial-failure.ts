import { errorMessage } from "./error-message.js";

/** Spans that were not exported for one reason. */
export interface FailedSpans {
  readonly spans: number;
  readonly reason: string;
}

/** Some spans of an export did not arrive. Each cause is listed with its number of spans. */
export class PartialFailure extends Error {
  /** Spans that did not arrive. */
  readonly failed: number;
  readonly failures: readonly FailedSpans[];

  constructor(failures: readonly FailedSpans[]) {
    const [only] = failures;
    const sentences = failures.map(({ spans, reason }) => `${reason} (${spans} spans)`);
    super(failures.length === 1 ? only?.reason : sentences.join("; "));
    this.failures = failures;
    this.failed = failures.reduce((sum, { spans }) => sum + spans, 0);
  }
}

/** Adds up failures by their reason. */
export class FailureCounts {
  /** Called with the reason of an attempt that is followed by another one. */
  readonly onFailedAttempt: ((reason: string) => void) | undefined;
  readonly #spans = new Map<string, number>();

  constructor(onFailedAttempt?: (reason: string) => void) {
    this.onFailedAttempt = onFailedAttempt;
  }

  add(spans: number, reason: string): void {
    if (spans > 0) this.#spans.set(reason, (this.#spans.get(reason) ?? 0) + spans);
  }

  /** Returns the failures as an error; `undefined` if no span failed. */
  toError(): PartialFailure | undefined {
    if (this.#spans.size === 0) return undefined;
    return new PartialFailure([...this.#spans].map(([reason, spans]) => ({ spans, reason })));
  }
}

/**
 * Returns what an exporter's error says of a batch of `spans`. An error that says how many spans
 * failed, or which number for which reason, is believed if the numbers fit; otherwise all of them
 * failed.
 */
export function failuresOf(error: unknown, spans: number): readonly FailedSpans[] {
  const { failures, failed } = readFailure(error);
  if (failures !== undefined && failures.reduce((sum, part) => sum + part.spans, 0) <= spans) return failures;
  const reason = error === undefined || error === null ? "the exporter gave no reason" : errorMessage(error);
  const fits = typeof failed === "number" && Number.isInteger(failed) && failed >= 0 && failed <= spans;
  return [{ spans: fits ? failed : spans, reason }];
}

function readFailure(error: unknown): { readonly failures?: readonly FailedSpans[]; readonly failed?: unknown } {
  if (error instanceof PartialFailure) return error;
  try {
    return { failed: (error as { readonly failed?: unknown } | null | undefined)?.failed };
  } catch {
    return {};
  }
}
