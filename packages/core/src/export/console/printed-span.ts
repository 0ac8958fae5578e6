import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan, TimedEvent } from "../../tracer/readable-span.js";
import { spanRecord } from "../../tracer/span-record.js";
import { nameText } from "../span/attribute-text.js";
import { safeMicros } from "../span/span-time.js";

/** What the console shows of a span, read once, so that a span that cannot be read fails alone. */
export interface PrintedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** Whether it is the first span of a request in this process. */
  readonly isLocalRoot: boolean;
  readonly service: unknown;
  readonly name: string;
  readonly kind: string;
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly status: string;
  readonly message: string | undefined;
  readonly attributes: readonly (readonly [key: string, value: unknown])[];
  readonly events: readonly Pick<TimedEvent, "name" | "attributes">[];
  readonly links: readonly unknown[];
}

/** Reads a span. Throws what its getters throw. */
export function printedSpan(span: ReadableSpan): PrintedSpan {
  const record = spanRecord(span);
  const { traceId, spanId } = record.spanContext();
  const { parentSpanContext: parent, status, attributeKeys, attributeValues } = record;
  return {
    traceId: nameText(traceId),
    spanId: nameText(spanId),
    parentId: parent === undefined ? undefined : nameText(parent.spanId),
    isLocalRoot: parent === undefined || parent.isRemote === true,
    service: record.resource?.attributes?.["service.name"],
    name: nameText(record.name),
    kind: kindName(record.kind),
    startMicros: safeMicros(record.startMicros, 0),
    durationMicros: safeMicros(record.durationMicros, 1),
    status: SpanStatusCode[status?.code] ?? "UNSET",
    message: status?.message === undefined ? undefined : nameText(status.message),
    attributes: attributeKeys.map((key, index) => [key, attributeValues[index]]),
    events: record.events.map(({ name, attributes }) => ({ name: nameText(name), ...(attributes && { attributes }) })),
    links: record.links.map((link) => link?.context),
  };
}

/** Foreign spans may have any value here; the names of kinds would lead to their numbers. */
function kindName(kind: unknown): string {
  const name: unknown = typeof kind === "number" ? SpanKind[kind] : undefined;
  return typeof name === "string" ? name : "INTERNAL";
}
