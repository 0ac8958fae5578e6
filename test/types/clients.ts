// Calls of each client, one of them not traced, with options and callbacks in every position that
// Node allows.
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { tracedFetch } from "@meshtrace/http-middleware";
import { instrumentHttp, tracedHttp, tracedHttps } from "@meshtrace/http-middleware/http";

const url = "http://ratings:9080/";
const callback = (response: IncomingMessage): void => void response.resume();
const tracing = { propagateTo: "all" } as const;
for (const client of [
  tracedHttp,
  tracedHttps,
  tracedHttp.from(http),
  tracedHttp.from(https, { propagateTo: "mesh" }),
]) {
  for (const call of [client.get, client.request]) {
    const calls: ClientRequest[] = [
      call(url),
      call(url, callback),
      call(new URL(url), { tracing: false }),
      call(url, { tracing: false }, callback),
      call(url, { tracing: false, headers: { accept: "*/*" } }, (response) => response.resume()),
      call(url, { tracing, method: "POST" }, callback),
      call({ host: "ratings", tracing: false }),
      call({ host: "ratings", tracing: false }, callback),
      call({ host: "ratings", tracing }, (response) => void response.statusCode),
      call({ host: "ratings" } satisfies RequestOptions, callback),
    ];
    for (const request of calls) request.destroy();
  }
}
tracedHttps.get(url, { tracing: false, rejectUnauthorized: false }, callback);
tracedHttps.request({ host: "ratings", ca: "", tracing: false });
instrumentHttp({ propagateTo: "mesh" })();
export const agent = new tracedHttp.Agent({ keepAlive: true });
export const server = tracedHttp.createServer();

export async function calls(): Promise<void> {
  const response: Response = await tracedFetch(url, { tracing: false });
  await tracedFetch(new URL(url), { method: "POST", body: "a", tracing: { propagateTo: "all" } });
  await tracedFetch(new Request(url), { tracing: false, signal: AbortSignal.timeout(1) });
  const own = tracedFetch.from((input: string, init?: RequestInit) => fetch(input, init), { propagateTo: "mesh" });
  await own(url, { tracing: false });
  await response.text();
}

// @ts-expect-error a wrong value
tracedHttp.get(url, { tracing: "off" });
// @ts-expect-error a wrong value
void tracedFetch(url, { tracing: "off" });
