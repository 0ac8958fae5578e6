/**
 * The demo's backend: takes spans where a Jaeger takes them, decodes what exporters and proxies
 * really sent, and keeps them by trace.
 */
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { type CollectedSpan, wideTraceId } from "./collected-span.js";
import { decodeJaeger } from "./jaeger-thrift.js";
import { type Listening, listen } from "./listen.js";
import { decodeZipkin } from "./zipkin-json.js";

export interface Collector extends Listening {
  /** What was refused, in words; empty when all could be read. */
  readonly refused: readonly string[];
  /** The spans of a trace so far. */
  spans(traceId: string): readonly CollectedSpan[];
  /** The same, once there are `count`, or after `timeoutMs`. Never rejects. */
  waitFor(traceId: string, count: number, timeoutMs: number): Promise<readonly CollectedSpan[]>;
}

const DECODERS = new Map([
  ["/api/traces", decodeJaeger],
  ["/api/v2/spans", decodeZipkin],
]);

export async function startCollector(): Promise<Collector> {
  const traces = new Map<string, CollectedSpan[]>();
  const refused: string[] = [];
  const arrivals = new EventTarget();

  async function take(request: IncomingMessage): Promise<number> {
    const path = request.url?.split("?")[0] ?? "";
    const decode = DECODERS.get(path);
    const body = await buffer(request);
    if (decode === undefined || request.method !== "POST") return 404;
    try {
      for (const span of decode(body)) {
        const trace = traces.get(span.traceId);
        if (trace === undefined) traces.set(span.traceId, [span]);
        else trace.push(span);
      }
    } catch (error) {
      refused.push(`${body.length} bytes at ${path}: ${error instanceof Error ? error.message : error}`);
      return 400;
    }
    arrivals.dispatchEvent(new Event("spans"));
    return 202;
  }

  const server = createServer(async (request, response) => {
    const status = await take(request).catch(() => 400);
    response.writeHead(status).end();
  });
  const spans = (traceId: string): readonly CollectedSpan[] => traces.get(wideTraceId(traceId)) ?? [];
  return {
    ...(await listen(server)),
    refused,
    spans,
    waitFor(traceId, count, timeoutMs) {
      return new Promise((resolve) => {
        const check = (): void => {
          if (spans(traceId).length >= count) finish();
        };
        const finish = (): void => {
          clearTimeout(timer);
          arrivals.removeEventListener("spans", check);
          resolve(spans(traceId));
        };
        const timer = setTimeout(finish, timeoutMs);
        arrivals.addEventListener("spans", check);
        check();
      });
    },
  };
}
