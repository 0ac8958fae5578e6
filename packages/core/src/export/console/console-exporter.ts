import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { attributeText } from "../span/attribute-text.js";
import { LocalTraces } from "./local-traces.js";
import { spanFields, spanLine } from "./span-line.js";
import { styleFor } from "./style.js";
import { waterfall } from "./waterfall.js";

export type ConsoleFormat = "json" | "line" | "waterfall";

export interface ConsoleExporterConfig {
  /** Takes each line. Default `console.log`. */
  readonly write?: (line: string) => void;
  /** Whether a person reads it: in colour, and as a waterfall. Default false. */
  readonly terminal?: boolean;
  /**
   * `json`: an object a line, for log pipelines. `line`: a readable line for each span. `waterfall`: the spans of a request
   * together when the first of them, the local root, has ended. Default `waterfall` on a terminal, else `json`.
   */
  readonly format?: ConsoleFormat | undefined;
}

/** Writes spans for people and for log pipelines. Never throws, unless `write` does. */
export class ConsoleExporter implements SpanExporter {
  readonly #write: (line: string) => void;
  readonly #lines: (span: ReadableSpan) => readonly string[];
  readonly #waiting: LocalTraces | undefined;
  readonly #trace: (spans: readonly ReadableSpan[]) => readonly string[];

  constructor({ write = (line) => console.log(line), terminal = false, format }: ConsoleExporterConfig = {}) {
    const style = styleFor(terminal);
    const chosen = format ?? (terminal ? "waterfall" : "json");
    this.#write = write;
    this.#lines = (span) => [chosen === "json" ? attributeText(spanFields(span)) : spanLine(span, style)];
    this.#trace = (spans) => waterfall(spans, style);
    this.#waiting = chosen === "waterfall" ? new LocalTraces() : undefined;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]): void {
    if (this.#waiting === undefined) for (const span of spans) this.#say(this.#lines(span));
    else {
      const { complete, strays } = this.#waiting.add(spans);
      for (const trace of complete) this.#say(this.#trace(trace));
      for (const span of strays) this.#say(this.#lines(span));
    }
    done({ code: 0 });
  }

  /** Writes what waits for its local root as single lines. */
  async forceFlush(): Promise<void> {
    for (const span of this.#waiting?.takeAll() ?? []) this.#say(this.#lines(span));
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }

  #say(lines: readonly string[]): void {
    for (const line of lines) this.#write(line);
  }
}
