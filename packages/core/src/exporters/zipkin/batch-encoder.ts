import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Encode } from "../http-transport.js";
import { localEndpoint } from "./endpoint.js";
import { encodeEndpoint } from "./endpoint-encoder.js";
import { encodeSpan, type TagNames } from "./span-encoder.js";

const STANDARD: TagNames = { statusCodeTagName: "otel.status_code", statusDescriptionTagName: "error" };

/** Spans as Zipkin's list. Total: a span that cannot be read is left out, and counted. */
export function batchEncoder(config: Partial<TagNames> & { readonly serviceName?: string | undefined }): Encode {
  const names = { ...STANDARD, ...config };
  // The operating system is asked for an address once for each resource: a process has one.
  const endpoints = new WeakMap<object, string>();
  const ownEndpoint = ({ resource }: ReadableSpan): string => {
    const known = endpoints.get(resource);
    if (known !== undefined) return known;
    const { attributes } = resource;
    const serviceName = config.serviceName ?? String(attributes["service.name"] ?? "unknown_service");
    const endpoint = encodeEndpoint(localEndpoint(serviceName, attributes));
    endpoints.set(resource, endpoint);
    return endpoint;
  };
  return (spans) => {
    const texts: string[] = [];
    for (const span of spans) {
      try {
        texts.push(encodeSpan(span, ownEndpoint(span), names));
      } catch {
        // A getter of it threw.
      }
    }
    return { body: Buffer.from(`[${texts.join(",")}]`), unreadable: spans.length - texts.length };
  };
}
