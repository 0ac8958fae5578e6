/**
 * Zipkin's v2 JSON, both ways: the demo's proxies write it as Envoy does, its collector reads it.
 *
 *     body = [ { traceId, id, parentId?, kind?, name, timestamp (us), duration (us),
 *                shared?, localEndpoint, tags } ]
 *
 * Spec: https://zipkin.io/zipkin-api/#/default/post_spans
 */
import { type CollectedSpan, wideTraceId } from "./collected-span.js";

export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly kind?: string;
  readonly name?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly shared?: boolean;
  readonly localEndpoint?: { readonly serviceName?: string; readonly ipv4?: string; readonly port?: number };
  readonly tags?: Readonly<Record<string, string>>;
}

const HEX_ID = /^[0-9a-f]{16}([0-9a-f]{16})?$/;

/** The spans of a request's body. Throws when it is no list of spans. */
export function decodeZipkin(body: Buffer): CollectedSpan[] {
  const spans: unknown = JSON.parse(body.toString("utf8"));
  if (!Array.isArray(spans)) throw new TypeError("a list of spans was expected");
  return spans.map(decodeSpan);
}

function decodeSpan(span: ZipkinSpan): CollectedSpan {
  if (!HEX_ID.test(span.traceId) || !HEX_ID.test(span.id)) throw new TypeError(`no ID: ${span.traceId}, ${span.id}`);
  return {
    traceId: wideTraceId(span.traceId),
    spanId: span.id,
    parentId: span.parentId,
    service: span.localEndpoint?.serviceName ?? "",
    name: span.name ?? "",
    kind: span.kind ?? "INTERNAL",
    start: span.timestamp ?? 0,
    duration: span.duration ?? 0,
    tags: span.tags ?? {},
  };
}
