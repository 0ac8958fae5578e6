/** Mistakes that show in one span and its parent. */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { SpanRecord } from "../span-record.js";
import { type Finding, finding, named, type Observed } from "./finding.js";

type SpanRule = (record: SpanRecord, observed: Observed) => Finding | undefined;

const isOpen = ({ endedAt }: SpanRecord): boolean => endedAt === undefined;
const isServer = ({ span }: SpanRecord): boolean => span.kind === SpanKind.SERVER;
const isCall = ({ span }: SpanRecord): boolean => span.kind === SpanKind.CLIENT;

/** A message is handled when it is handled, and a server may answer before it has finished. */
const isLoose = ({ span }: SpanRecord): boolean =>
  span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER || span.kind === SpanKind.PRODUCER;

const neverEnded: SpanRule = (record) =>
  isOpen(record) && !record.openAtStart.some(isOpen)
    ? finding(
        "span-never-ended",
        `${named(record)} has not ended: call span.end() on every way out, in finally`,
        record,
      )
    : undefined;

const endedAfterParent: SpanRule = (record) => {
  const { parent, endedAt } = record;
  if (parent?.endedAt === undefined || isLoose(record) || record.startedAt > parent.endedAt) return undefined;
  if (endedAt !== undefined && endedAt < parent.endedAt) return undefined;
  const sentence = `${named(record)} was running when its parent ${named(parent)} ended: await the work before it`;
  return finding("ended-after-parent", sentence, record);
};

const startedAfterParentEnded: SpanRule = (record) => {
  const { parent } = record;
  if (parent?.endedAt === undefined || record.startedAt < parent.endedAt || isLoose(record)) return undefined;
  const sentence =
    `${named(record)} started after its parent ${named(parent)} had ended: a timer, cache or connection kept the ` +
    "context of an earlier request; start the work in ROOT_CONTEXT, or await it";
  return finding("started-after-parent-ended", sentence, record);
};

const contextLost: SpanRule = (record) => {
  if (record.parent !== undefined || isLoose(record) || record.span.parentSpanContext !== undefined) return undefined;
  if (record.span.links.length > 0) return undefined;
  const request = record.openAtStart.findLast((other) => isServer(other));
  if (request === undefined) return undefined;
  const sentence =
    `${named(record)} began a trace of its own while ${named(request)} was being served: the context is not active ` +
    "where it starts; wrap the callback with context.bind(), or call it inside context.with()";
  return finding("context-lost", sentence, record);
};

const doubleServerSpan: SpanRule = (record) => {
  const { parent } = record;
  if (!isServer(record) || parent === undefined || !isServer(parent)) return undefined;
  const sentence =
    `${named(record)} is a second SERVER span inside ${named(parent)}: two middlewares or instrumentations trace the ` +
    "same request; switch one off";
  return finding("double-server-span", sentence, record);
};

const doubleCallSpan: SpanRule = (record) => {
  const { parent } = record;
  if (!isCall(record) || parent === undefined || !isCall(parent)) return undefined;
  const sentence =
    `${named(record)} is a second CLIENT span inside ${named(parent)}: two instrumentations trace the same call; ` +
    "switch one off";
  return finding("double-call-span", sentence, record);
};

const calledAfterEnd: SpanRule = (record) => {
  const { calledAfterEnd: calls } = record;
  if (calls.includes("end")) return finding("ended-twice", `${named(record)} was ended more than once`, record);
  const [first] = calls;
  if (first === undefined) return undefined;
  const sentence = `${first}() was called on ${named(record)} after its end and had no effect: call it before span.end()`;
  return finding("changed-after-end", sentence, record);
};

const attributeRefused: SpanRule = (record) => {
  const [name] = record.refusedAttributes;
  if (name === undefined) return undefined;
  const sentence = `attribute ${name} of ${named(record)} was refused: its value has a type that OpenTelemetry does not take`;
  return finding("attribute-refused", sentence, record);
};

const VALUE = /(^|[/\s=:])(\d{2,}|\d+(?=[/?]|$)|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,})(?=$|[/\s?&:])|\?\w+=/i;

const valueInName: SpanRule = (record) => {
  const value = VALUE.exec(record.span.name)?.[2] ?? "a query";
  if (!VALUE.test(record.span.name)) return undefined;
  const sentence = `the name ${named(record)} contains ${value}: use the route (/users/:id), and an attribute for the value`;
  return finding("value-in-name", sentence, record);
};

const errorNotRecorded: SpanRule = (record, { records }) => {
  const { span, parent } = record;
  if (isOpen(record) || span.status.code !== SpanStatusCode.UNSET) return undefined;
  if (span.events.some(({ name }) => name === "exception")) {
    const sentence = `${named(record)} has an exception but no error status: call setStatus({ code: ERROR }) as well`;
    return finding("error-not-recorded", sentence, record);
  }
  if (isServer(record) || isCall(record) || parent === undefined || !failed(parent)) return undefined;
  const cause = records.find((child) => child.parent === record && failed(child));
  if (cause === undefined) return undefined;
  const sentence =
    `${named(record)} ended without an error although ${named(cause)} inside and ${named(parent)} around it failed: ` +
    "record the error before you throw it on";
  return finding("error-not-recorded", sentence, record);
};

const failed = ({ span }: SpanRecord): boolean => span.status.code === SpanStatusCode.ERROR;

const duplicateId: SpanRule = (record, { records }) => {
  const { traceId, spanId } = record.span.spanContext();
  const twin = records.find((other) => {
    const its = other.span.spanContext();
    return other !== record && its.spanId === spanId && its.traceId === traceId && other.startedAt < record.startedAt;
  });
  // A SERVER span shares the ID of the call that it serves.
  if (twin === undefined || (isServer(record) && isCall(twin)) || (isCall(record) && isServer(twin))) return undefined;
  const sentence = `${named(record)} and ${named(twin)} have the same span ID ${spanId}: backends keep one of them`;
  return finding("duplicate-id", sentence, record);
};

const foreignLibrary: SpanRule = (record) => {
  const { name } = record.span.instrumentationScope;
  if (!isServer(record) || !/^@opentelemetry\/instrumentation-http$/.test(name)) return undefined;
  const sentence = `${named(record)} was made by ${name}: switch it off, so that meshtrace's adapter joins the mesh's span`;
  return finding("two-tracing-libraries", sentence, record);
};

/** The rules that hold when a span starts: strict mode throws there. */
export const START_RULES: readonly SpanRule[] = [
  startedAfterParentEnded,
  contextLost,
  doubleServerSpan,
  doubleCallSpan,
];

export const SPAN_RULES: readonly SpanRule[] = [
  neverEnded,
  endedAfterParent,
  startedAfterParentEnded,
  contextLost,
  doubleServerSpan,
  doubleCallSpan,
  calledAfterEnd,
  attributeRefused,
  valueInName,
  errorNotRecorded,
  duplicateId,
  foreignLibrary,
];
