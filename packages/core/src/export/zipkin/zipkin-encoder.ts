/**
 * Spans as Zipkin's v2 JSON, written as text. Shared spans keep their ID and carry the mark.
 *
 * Spec: https://zipkin.io/zipkin-api/#/default/post_spans, and for OpenTelemetry's model in it
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { InstrumentationScope } from "../../tracer/readable-span.js";
import { isDebug, isShared } from "../../tracer/shared-span.js";
import type { SpanRecord } from "../../tracer/span-record.js";
import { AttributeCache } from "../span/attribute-cache.js";
import { nameText } from "../span/attribute-text.js";
import { flattened } from "../span/byte-text.js";
import { ObjectMemo } from "../span/object-memo.js";
import { NO_SCOPE, scopeTags } from "../span/scope-tags.js";
import type { SpanEncoder } from "../span/span-encoder.js";
import { safeMicros } from "../span/span-time.js";
import { statusTags } from "../span/status-tags.js";
import { annotations } from "./annotations.js";
import { PEER_KEYS, type PeerAttributes, remoteEndpoint } from "./endpoint.js";
import { jsonString, jsonStringOf } from "./json-text.js";
import { ResourceTags, type ResourceTexts } from "./resource-tags.js";
import { parentIdText, spanIdText, traceIdText } from "./span-ids.js";
import { renamed, type TagNames, tagNames } from "./tag-names.js";

/** The key of a tag that is added to a span. */
const RESERVED = 1;
/** The key of a resource attribute. */
const RESOURCE = 2;
/** A key that is not always a tag. */
const CONDITIONAL = 4;
/** A key that names the other end. The bits above hold its index in `PEER_KEYS`. */
const PEER = 8;
const PEER_SHIFT = 4;

const NO_KIND = '","name":';

function kindText(kind: unknown): string {
  switch (kind) {
    case SpanKind.SERVER:
      return '","kind":"SERVER","name":';
    case SpanKind.CLIENT:
      return '","kind":"CLIENT","name":';
    case SpanKind.PRODUCER:
      return '","kind":"PRODUCER","name":';
    case SpanKind.CONSUMER:
      return '","kind":"CONSUMER","name":';
    default:
      return NO_KIND;
  }
}

export interface ZipkinEncoderConfig extends Partial<TagNames> {
  /** Name of the service. @default `service.name` of the spans' resource */
  readonly serviceName?: string | undefined;
}

export class ZipkinEncoder implements SpanEncoder {
  readonly oneResource = false;
  readonly separatorLength = 1;
  readonly tail = "]";
  readonly #names: TagNames;
  readonly #cache: AttributeCache;
  readonly #resources: ResourceTags;
  readonly #scopes = new ObjectMemo((scope: InstrumentationScope) => flattened(tagsText(scopeTags(scope)).slice(1)));

  constructor(config: ZipkinEncoderConfig = {}) {
    this.#names = tagNames(config);
    const reserved = ["otel.scope.name", "otel.scope.version", ...Object.values(this.#names)];
    this.#cache = new AttributeCache(
      (key) => `,${jsonString(key)}:`,
      [
        ...reserved.map((key) => [key, RESERVED] as const),
        ["error", CONDITIONAL | RESERVED],
        ["", CONDITIONAL],
        ...PEER_KEYS.map((key, index) => [key, PEER | (index << PEER_SHIFT)] as const),
      ],
    );
    this.#resources = new ResourceTags(config.serviceName, reserved, (key) => this.#cache.addRole(key, RESOURCE));
  }

  head(): string {
    return "[";
  }

  encode(span: SpanRecord): string {
    const { traceId, spanId } = span.spanContext();
    const parent = span.parentSpanContext;
    const parentId = parent ? parentIdText(parent.spanId, spanId) : "";
    const resource = this.#resources.of(span.resource);
    const tags = this.#tags(span, resource);
    const start = safeMicros(span.startMicros, 0);
    return (
      `,{"traceId":"${traceIdText(traceId)}","id":"${spanIdText(spanId)}` +
      (parentId === "" ? "" : `","parentId":"${parentId}`) +
      kindText(span.kind) +
      jsonString(typeof span.name === "string" ? span.name : nameText(span.name)) +
      (start === 0 ? "" : `,"timestamp":${start}`) +
      `,"duration":${safeMicros(span.durationMicros, 1)}` +
      (isShared(span) ? ',"shared":true' : "") +
      (isDebug(span) ? ',"debug":true' : "") +
      resource.localEndpoint +
      tags +
      "}" +
      annotations(span.events) +
      "}"
    );
  }

  /**
   * Returns the members `remoteEndpoint` and `tags`. An attribute takes precedence over an added
   * tag of its name.
   */
  #tags(span: SpanRecord, resource: ResourceTexts): string {
    const { attributeKeys: keys, attributeValues: values } = span;
    const cache = this.#cache;
    let text = "";
    let roles = 0;
    let peer: PeerAttributes | undefined;
    for (let index = 0; index < keys.length; index += 1) {
      const value = values[index];
      const cached = cache.at(keys[index] as string, index);
      const { role } = cached;
      if (role !== 0) {
        roles |= role;
        if (role & PEER) {
          peer ??= [];
          peer[role >> PEER_SHIFT] = value;
        }
        if (role & CONDITIONAL && !isTag(cached.key, value, span)) continue;
      }
      if (cached.lastValue === value) text += cache.lastText(cached);
      else {
        const tag = cached.text + jsonStringOf(value);
        cache.keep(cached, value, tag);
        text += tag;
      }
    }
    const remote = peer === undefined ? "" : remoteEndpoint(span.kind, peer);
    const scope = this.#scopeText(span, roles);
    const others = text + this.#statusText(span) + this.#resourceText(span, resource, roles);
    const start = remote === "" ? ',"tags":{' : `,"remoteEndpoint":${remote},"tags":{`;
    // The first member has no comma. Cutting the long text would copy it.
    return start + (scope === "" ? others.slice(1) : scope + others);
  }

  #scopeText({ instrumentationScope, attributeKeys }: SpanRecord, roles: number): string {
    const scope = instrumentationScope ?? NO_SCOPE;
    if ((roles & RESERVED) === 0) return this.#scopes.of(scope);
    return tagsText(scopeTags(scope).filter(([key]) => !attributeKeys.includes(key))).slice(1);
  }

  #statusText(span: SpanRecord): string {
    // An empty text as the value of `error` would look like a mistake.
    const tags = statusTags(span, span.status?.message || "true");
    if (tags.length === 0) return "";
    const added = tags.map(([key, value]) => [renamed(key, this.#names), value] as const);
    return tagsText(added.filter(([key]) => !span.attributeKeys.includes(key)));
  }

  /** What is true of the whole process is on its entry spans only. */
  #resourceText({ parentSpanContext, attributeKeys }: SpanRecord, resource: ResourceTexts, roles: number): string {
    if (parentSpanContext && parentSpanContext.isRemote !== true) return "";
    if ((roles & RESOURCE) === 0) return resource.tags;
    let text = "";
    for (const [key, tag] of resource.tagsByKey) if (!attributeKeys.includes(key)) text += tag;
    return text;
  }
}

/**
 * Zipkin shows a span as failed if it has the tag `error`, whatever its value: `false` would say
 * the opposite.
 */
function isTag(key: string, value: unknown, { status }: SpanRecord): boolean {
  if (key === "") return false;
  return (value !== false && value !== "false") || status?.code === SpanStatusCode.ERROR;
}

/** Returns tags as members of an object, each after a comma. */
function tagsText(tags: readonly (readonly [string, unknown])[]): string {
  let text = "";
  for (const [key, value] of tags) text += `,${jsonString(key)}:${jsonStringOf(value)}`;
  return text;
}
