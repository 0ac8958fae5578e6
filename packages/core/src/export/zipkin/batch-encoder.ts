import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Encode } from "../http/http-transport.js";
import { type Endpoint, localEndpoint } from "./endpoint.js";
import { encodeSpan, type ZipkinSpan } from "./span-encoder.js";
import type { TagNames } from "./tag-encoder.js";

const STANDARD: TagNames = { statusCodeTagName: "otel.status_code", statusDescriptionTagName: "error" };

/** Spans as Zipkin's list. Total: a span that cannot be read is left out, and counted. */
export function batchEncoder(config: Partial<TagNames> & { readonly serviceName?: string | undefined }): Encode {
  const names = { ...STANDARD, ...config };
  // The operating system is asked for an address once for each resource: a process has one.
  const endpoints = new WeakMap<object, Endpoint>();
  const ownEndpoint = ({ resource }: ReadableSpan): Endpoint => {
    const known = endpoints.get(resource);
    if (known !== undefined) return known;
    const { attributes } = resource;
    const serviceName = config.serviceName ?? String(attributes["service.name"] ?? "unknown_service");
    const endpoint = localEndpoint(serviceName, attributes);
    endpoints.set(resource, endpoint);
    return endpoint;
  };
  return (spans) => {
    const list: ZipkinSpan[] = [];
    for (const span of spans) {
      try {
        list.push(encodeSpan(span, ownEndpoint(span), names));
      } catch {
        // A getter of it threw.
      }
    }
    return { body: bytesOf(wellFormedJson(JSON.stringify(list))), unreadable: spans.length - list.length };
  };
}

// A backslash that stands for itself is two; a surrogate that is escaped has no partner.
const LONE_SURROGATE = /(?<=(?:^|[^\\])(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/** JSON with lone surrogates as U+FFFD: a reader need not take half a character. */
function wellFormedJson(json: string): string {
  return json.includes("\\ud") ? json.replace(LONE_SURROGATE, "\ufffd") : json;
}

/** UTF-8. Most batches are ASCII, which is much cheaper to copy than to encode. */
function bytesOf(json: string): Buffer {
  return Buffer.from(json, Buffer.byteLength(json) === json.length ? "latin1" : "utf8");
}
