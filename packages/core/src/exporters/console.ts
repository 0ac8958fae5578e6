import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { attributeText } from "./attribute-text.js";

export interface ConsoleExporterConfig {
  /** Takes each line. Default `console.log`. */
  readonly write?: (line: string) => void;
  /** Whether a person reads it: coloured lines in place of JSON. Default false. */
  readonly terminal?: boolean;
}

/** Writes each span as one line: JSON for log pipelines, a readable one for a terminal. */
export class ConsoleExporter implements SpanExporter {
  readonly #write: (line: string) => void;
  readonly #format: (span: ReadableSpan) => string;

  constructor({ write = (line) => console.log(line), terminal = false }: ConsoleExporterConfig = {}) {
    this.#write = write;
    this.#format = terminal ? readable : (span) => attributeText(fields(span));
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter["export"]>[1]): void {
    for (const span of spans) this.#write(this.#format(span));
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

function fields(span: ReadableSpan): Record<string, unknown> {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: SpanKind[span.kind],
    startedAt: new Date(span.startTime[0] * 1000 + span.startTime[1] / 1e6).toISOString(),
    durationMs: milliseconds(span),
    status: SpanStatusCode[span.status.code],
    attributes: span.attributes,
  };
}

const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const PLAIN = "\u001b[0m";

function readable(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const failed = span.status.code === SpanStatusCode.ERROR;
  const attributes = Object.entries(span.attributes).map(([name, value]) => `${name}=${attributeText(value)}`);
  const what = `${SpanKind[span.kind].padEnd(8)} ${span.name}  ${milliseconds(span).toFixed(1)} ms`;
  return `${failed ? RED : ""}${what}${failed ? ` ${span.status.message ?? "error"}${PLAIN}` : ""}  ${DIM}${traceId} ${spanId} ${attributes.join(" ")}${PLAIN}`;
}

function milliseconds({ duration }: ReadableSpan): number {
  return duration[0] * 1000 + duration[1] / 1e6;
}
