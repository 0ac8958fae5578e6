import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { decodeOtlp, type OtlpSpan } from "./otlp-protobuf.js";

export interface OtlpCollector {
  readonly origin: string;
  readonly spans: readonly OtlpSpan[];
}

/** Starts a collector for OTLP over HTTP with protobuf. It is closed after the test. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: OtlpSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    spans.push(...decodeOtlp(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body));
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans };
}
