/**
 * One span as Jaeger's Thrift. Field numbers are those of jaeger.thrift.
 *
 *     Span    1 traceIdLow, 2 traceIdHigh, 3 spanId, 4 parentSpanId, 5 operationName,
 *             6 references, 7 flags,
 *             8 startTime (us), 9 duration (us), 10 tags, 11 logs
 *     SpanRef 1 refType (0 CHILD_OF, 1 FOLLOWS_FROM), 2 traceIdLow, 3 traceIdHigh, 4 spanId
 *     Log     1 timestamp (us), 2 fields (tags)
 *
 * Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift, and for
 * OpenTelemetry's model in it
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
 */
import { type SpanContext, SpanKind, type TraceState } from "@opentelemetry/api";
import type { InstrumentationScope, TimedEvent } from "../../tracer/readable-span.js";
import { isDebug, splitSpanId } from "../../tracer/shared-span.js";
import type { SpanRecord } from "../../tracer/span-record.js";
import { nameText } from "../span/attribute-text.js";
import { flattened } from "../span/byte-text.js";
import { ObjectMemo } from "../span/object-memo.js";
import { NO_SCOPE, scopeTags } from "../span/scope-tags.js";
import { eventMicros, safeMicros } from "../span/span-time.js";
import { statusTags } from "../span/status-tags.js";
import { linkedContexts } from "./linked-contexts.js";
import { hex64, isHex, traceIdOf128Bits } from "./span-ids.js";
import { RESERVED, TagEncoder } from "./tag-encoder.js";
import { STOP, type ThriftProtocol } from "./thrift-protocol.js";

const SAMPLED_FLAG = 1;
const DEBUG_FLAG = 2;
const FOLLOWS_FROM = 1;
const NO_PARENT = "0000000000000000";
const KINDS = new Map<unknown, string>([
  [SpanKind.SERVER, "server"],
  [SpanKind.CLIENT, "client"],
  [SpanKind.PRODUCER, "producer"],
  [SpanKind.CONSUMER, "consumer"],
]);
/** Tags that are added to a span unless it has an attribute of that name. */
const ADDED_KEYS = ["span.kind", "otel.scope.name", "otel.scope.version", "otel.status_description", "w3c.tracestate"];

type Tag = readonly [key: string, value: unknown];

interface Tags {
  readonly count: number;
  readonly text: string;
}

export class JaegerSpanEncoder {
  readonly tags: TagEncoder;
  readonly #protocol: ThriftProtocol;
  /** Headers of the span's fields, by their ID. */
  readonly #fields: readonly string[];
  /** The flags without and with references before them; then both with the debug flag. */
  readonly #flags: readonly string[];
  #lastTraceId: string | undefined;
  #lastTraceIdFields = "";
  /** The added tags of each scope, by the span's kind. */
  readonly #constantTags = new ObjectMemo((_scope: InstrumentationScope): Tags[] => []);

  constructor(protocol: ThriftProtocol) {
    this.#protocol = protocol;
    this.tags = new TagEncoder(protocol, ADDED_KEYS);
    const { field } = protocol;
    this.#fields = [
      "",
      field("i64", 1, 0),
      field("i64", 2, 1),
      field("i64", 3, 2),
      field("i64", 4, 3),
      field("string", 5, 4),
      field("list", 6, 5),
      "", // The flags.
      field("i64", 8, 7),
      field("i64", 9, 8),
      field("list", 10, 9),
      field("list", 11, 10),
    ];
    this.#flags = [SAMPLED_FLAG, SAMPLED_FLAG | DEBUG_FLAG].flatMap((flags) =>
      [5, 6].map((previous) => field("i32", 7, previous) + protocol.i32(flags)),
    );
  }

  /** Returns a span as a list's element. Splits shared spans. Throws if it has no valid IDs. */
  encode(span: SpanRecord): string {
    const protocol = this.#protocol;
    const fields = this.#fields;
    const own = span.spanContext();
    const split = splitSpanId(own);
    const links = linkedContexts(span);
    const tags = this.#spanTags(span, own);
    return (
      this.#traceIdFields(own.traceId) +
      fields[3] +
      hex64(protocol, split ?? own.spanId, 0) +
      fields[4] +
      hex64(protocol, split === undefined ? parentIdOf(span) : own.spanId, 0) +
      fields[5] +
      protocol.string(typeof span.name === "string" ? span.name : nameText(span.name)) +
      (links.length === 0 ? "" : this.#references(links)) +
      this.#flags[(links.length === 0 ? 0 : 1) + (isDebug(span) ? 2 : 0)] +
      fields[8] +
      protocol.i64(safeMicros(span.startMicros, 0)) +
      fields[9] +
      protocol.i64(safeMicros(span.durationMicros, 1)) +
      fields[10] +
      protocol.list(tags.count) +
      tags.text +
      this.#logs(span) +
      STOP
    );
  }

  /** Kept for the last ID: the spans of a request end one behind the other. */
  #traceIdFields(traceId: string): string {
    if (traceId === this.#lastTraceId) return this.#lastTraceIdFields;
    const [, low = "", high = ""] = this.#fields;
    const protocol = this.#protocol;
    const id = traceIdOf128Bits(traceId);
    this.#lastTraceIdFields = low + hex64(protocol, id, 16) + high + hex64(protocol, id, 0);
    this.#lastTraceId = traceId;
    return this.#lastTraceIdFields;
  }

  #spanTags(span: SpanRecord, spanContext: SpanContext): Tags {
    const { attributeKeys: keys, attributeValues: values } = span;
    const { cache } = this.tags;
    let text = "";
    let roles = 0;
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      const cached = cache.at(keys[index] as string, index);
      roles |= cached.role;
      if (cached.lastValue === value) text += cache.lastText(cached);
      else {
        const tag = cached.text + this.tags.value(value) + STOP;
        cache.keep(cached, value, tag);
        text += tag;
      }
    }
    const status = statusTags(span, true);
    const message = span.status?.message;
    const { traceState } = spanContext;
    if ((roles & RESERVED) === 0 && status.length === 0 && !message && !traceState) {
      const constant = this.#kindAndScope(span);
      return { count: keys.length + constant.count, text: text + constant.text };
    }
    const added: Tag[] = [...kindAndScopeTags(span), ...status];
    if (message) added.push(["otel.status_description", nameText(message)]);
    const state = traceState && traceStateText(traceState);
    if (state) added.push(["w3c.tracestate", state]);
    return this.#withAbsent({ count: keys.length, text }, keys, added);
  }

  #withAbsent(own: Tags, keys: readonly string[], added: readonly Tag[]): Tags {
    const absent = added.filter(([key]) => !keys.includes(key));
    return {
      count: own.count + absent.length,
      text: own.text + absent.map(([key, value]) => this.tags.tag(key, value)).join(""),
    };
  }

  /** Returns the tags of kind and scope, which are the same for most spans. */
  #kindAndScope(span: SpanRecord): Tags {
    const byKind = this.#constantTags.of(span.instrumentationScope ?? NO_SCOPE);
    const index = KINDS.has(span.kind) ? span.kind : SpanKind.INTERNAL;
    const known = byKind[index];
    if (known !== undefined) return known;
    const { count, text } = this.#withAbsent({ count: 0, text: "" }, [], kindAndScopeTags(span));
    const tags = { count, text: flattened(text) };
    byKind[index] = tags;
    return tags;
  }

  /**
   * The parent has its own field; a link is what its span follows from. Jaeger has no room for a
   * link's attributes.
   */
  #references(links: readonly SpanContext[]): string {
    const protocol = this.#protocol;
    const type = protocol.field("i32", 1, 0) + protocol.i32(FOLLOWS_FROM);
    let text = this.#fields[6] + protocol.list(links.length);
    for (const link of links) {
      const traceId = traceIdOf128Bits(link.traceId);
      text +=
        type +
        protocol.field("i64", 2, 1) +
        hex64(protocol, traceId, 16) +
        protocol.field("i64", 3, 2) +
        hex64(protocol, traceId, 0) +
        protocol.field("i64", 4, 3) +
        hex64(protocol, splitSpanId(link) ?? link.spanId, 0) +
        STOP;
    }
    return text;
  }

  #logs({ events }: SpanRecord): string {
    if (!events || events.length === 0) return "";
    const logs: string[] = [];
    for (const event of events) {
      try {
        logs.push(this.#log(event));
      } catch {
        // An event that cannot be read is left out; its span is kept.
      }
    }
    return this.#fields[11] + this.#protocol.list(logs.length) + logs.join("");
  }

  #log({ name, time, attributes, droppedAttributesCount }: TimedEvent): string {
    const protocol = this.#protocol;
    const all: Record<string, unknown> = { ...attributes };
    const keys = Object.keys(all);
    // By the specification an attribute of that name takes precedence over the event's own name.
    const added: Tag[] = [["event", nameText(name)]];
    if (droppedAttributesCount) added.push(["otel.event.dropped_attributes_count", droppedAttributesCount]);
    const tags = this.#withAbsent({ count: keys.length, text: this.tags.tags(all, keys) }, keys, added);
    return (
      protocol.field("i64", 1, 0) +
      protocol.i64(eventMicros(time)) +
      protocol.field("list", 2, 1) +
      protocol.list(tags.count) +
      tags.text +
      STOP
    );
  }
}

function kindAndScopeTags({ kind, instrumentationScope }: SpanRecord): Tag[] {
  const name = KINDS.get(kind);
  const scope = scopeTags(instrumentationScope ?? NO_SCOPE);
  return name === undefined ? scope : [["span.kind", name], ...scope];
}

function traceStateText(traceState: TraceState): string {
  try {
    return nameText(traceState.serialize());
  } catch {
    return "";
  }
}

function parentIdOf({ parentSpanContext: parent }: SpanRecord): string {
  if (!parent) return NO_PARENT;
  const id = splitSpanId(parent) ?? parent.spanId;
  return isHex(id, 16) ? id : NO_PARENT;
}
