/**
 * The logger of OpenTelemetry's API where the app gave none.
 */
import type { DiagLogger } from "@opentelemetry/api";
import { maskedSentence, shownValue } from "../config/masked-value.js";
import { errorLine } from "../text/error-line.js";
import { printable } from "../text/printable.js";

type Write = (line: string) => void;

/**
 * Writes every level to standard error: standard output belongs to the app. Errors become one line.
 * Other libraries log here too, so credentials and control characters are removed. A line break is
 * followed by blanks, so that no text forges a line.
 */
export class ConsoleLogger implements DiagLogger {
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  error(...parts: unknown[]): void {
    this.#log(parts);
  }

  warn(...parts: unknown[]): void {
    this.#log(parts);
  }

  info(...parts: unknown[]): void {
    this.#log(parts);
  }

  debug(...parts: unknown[]): void {
    this.#log(parts);
  }

  verbose(...parts: unknown[]): void {
    this.#log(parts);
  }

  #log(parts: readonly unknown[]): void {
    this.#write(parts.map(lineOf).join(" "));
  }
}

function lineOf(part: unknown): string {
  if (typeof part === "string") return maskedSentence(part).split(/\r?\n/).map(printable).join("\n  ");
  if (typeof part === "object" && part !== null && "message" in part) return errorLine(part);
  return printable(shownValue("", part));
}
