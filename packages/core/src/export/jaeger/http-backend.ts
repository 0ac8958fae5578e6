/**
 * Jaeger's collector over HTTP: Thrift's binary protocol, port 14268.
 */

import { parsedUrl } from "../../text/parsed-url.js";
import type { HttpBackend } from "../http/http-transport.js";
import { binaryProtocol } from "./binary-protocol.js";
import { JaegerEncoder } from "./jaeger-encoder.js";

/** Returns Jaeger at `endpoint`. Throws `TypeError` for a malformed URL. */
export function jaegerOverHttp(endpoint: string, serviceName: string | undefined): HttpBackend {
  const url = parsedUrl(endpoint);
  // A collector's address without a path means its path for Thrift, as in earlier clients.
  if (url.pathname === "/") url.pathname = "/api/traces";
  if (!url.searchParams.has("format")) url.searchParams.set("format", "jaeger.thrift");
  return {
    url: url.href,
    contentType: "application/x-thrift",
    remedy: (status) =>
      status === 404 || status === 405 ? "Jaeger takes Thrift at /api/traces on port 14268" : undefined,
    encoder: new JaegerEncoder({ protocol: binaryProtocol, call: false, serviceName }),
  };
}
