import type { ReadableSpan, SpanExporter } from "../../tracer/readable-span.js";
import type { ExportDone } from "../queue/batch.js";
import { errorMessage } from "../report/error-message.js";
import { FailureCounts } from "../report/partial-failure.js";
import { LocalTraces } from "./local-traces.js";
import { type PrintedSpan, printedSpan } from "./printed-span.js";
import { spanJson, spanLine } from "./span-line.js";
import { styleFor } from "./style.js";
import { waterfall } from "./waterfall.js";

/** Formats of `ConsoleExporter`: `json`, `line` or `waterfall`. */
export type ConsoleFormat = "json" | "line" | "waterfall";

/** Options of `ConsoleExporter`. */
export interface ConsoleExporterConfig {
  /** Called with each line. @default `console.log` */
  readonly write?: (line: string) => void;
  /** Whether the output is a terminal: then in colour, and as a waterfall. @default false */
  readonly terminal?: boolean;
  /**
   * `json`: one object per line, for log pipelines. `line`: a readable line for each span.
   * `waterfall`: the spans of a request together when the first of them, the local root, has ended.
   * @default `waterfall` on a terminal, else `json`
   */
  readonly format?: ConsoleFormat | undefined;
}

/**
 * Writes spans for people and for log pipelines. Never throws, unless `write` does.
 *
 * @example
 * initTracing({ exporter: new ConsoleExporter({ format: "line", write: console.error }) });
 */
export class ConsoleExporter implements SpanExporter {
  readonly #write: (line: string) => void;
  readonly #line: (span: PrintedSpan) => string;
  readonly #waiting: LocalTraces | undefined;
  readonly #trace: (spans: readonly PrintedSpan[]) => readonly string[];

  constructor({ write = (line) => console.log(line), terminal = false, format }: ConsoleExporterConfig = {}) {
    const style = styleFor(terminal);
    const chosen = format ?? (terminal ? "waterfall" : "json");
    this.#write = write;
    this.#line = (span) => (chosen === "json" ? spanJson(span) : spanLine(span, style));
    this.#trace = (spans) => waterfall(spans, style);
    this.#waiting = chosen === "waterfall" ? new LocalTraces() : undefined;
  }

  /** Writes each span that can be read; the others fail, each with its reason. */
  export(spans: ReadableSpan[], done: ExportDone): void {
    const failures = new FailureCounts();
    const printed: PrintedSpan[] = [];
    for (const span of spans) {
      try {
        printed.push(printedSpan(span));
      } catch (error) {
        failures.add(1, `a span could not be read: ${errorMessage(error)}`);
      }
    }
    this.#writeAll(printed);
    const error = failures.toError();
    done(error === undefined ? { code: 0 } : { code: 1, error });
  }

  /** Writes spans that wait for their local root as single lines. */
  async forceFlush(): Promise<void> {
    for (const span of this.#waiting?.takeAll() ?? []) this.#write(this.#line(span));
  }

  /** Writes pending output. Later spans are refused. */
  shutdown(): Promise<void> {
    return this.forceFlush();
  }

  #writeAll(spans: readonly PrintedSpan[]): void {
    if (this.#waiting === undefined) for (const span of spans) this.#write(this.#line(span));
    else {
      const { complete, strays } = this.#waiting.add(spans);
      for (const trace of complete) for (const line of this.#trace(trace)) this.#write(line);
      for (const span of strays) this.#write(this.#line(span));
    }
  }
}
