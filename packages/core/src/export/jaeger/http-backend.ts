/**
 * Jaeger's collector over HTTP: Thrift's binary protocol, port 14268.
 */
import type { HttpBackend } from "../http/http-transport.js";
import { BatchEncoder } from "./batch-encoder.js";
import { BinaryWriter } from "./binary-writer.js";

const EMPTY = Buffer.alloc(0);

/** Jaeger at `url`. Throws `TypeError` for a malformed one. */
export function jaegerOverHttp(endpoint: string, serviceName: string | undefined): HttpBackend {
  const url = new URL(endpoint);
  // What the clients before this one did as well: a collector's address alone means its path for Thrift.
  if (url.pathname === "/") url.pathname = "/api/traces";
  if (!url.searchParams.has("format")) url.searchParams.set("format", "jaeger.thrift");
  const encoder = new BatchEncoder({ writer: new BinaryWriter(), call: false, serviceName });
  return {
    url: url.href,
    contentType: "application/x-thrift",
    oneResource: true,
    remedy: (status) =>
      status === 404 || status === 405 ? "Jaeger takes Thrift at /api/traces on port 14268" : undefined,
    encode(spans) {
      const { batches, unreadable } = encoder.encode(spans);
      return { body: batches[0]?.body ?? EMPTY, unreadable };
    },
  };
}
