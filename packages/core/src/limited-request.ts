/**
 * Requests of the library's own, to backends and samplers.
 */
import type { ClientRequest, RequestOptions } from "node:http";
import { clearTimeout, setTimeout } from "node:timers";
import { nodeModules } from "./node-modules.js";

export interface RequestLimits {
  /** For the whole answer: the `timeout` of a request is for its idle time only. */
  readonly timeoutMs: number;
  /** Whether the request keeps the process alive. */
  readonly keepsProcess: boolean;
}

/**
 * Starts a request over HTTP or HTTPS, which fails unless its answer is complete within
 * `timeoutMs`. Call `end` to send it.
 */
export function limitedRequest(
  url: URL,
  options: RequestOptions,
  { timeoutMs, keepsProcess }: RequestLimits,
): ClientRequest {
  const { request: start } = url.protocol === "https:" ? nodeModules.https : nodeModules.http;
  const request = start(url, options);
  const expire = (): unknown => request.destroy(new Error(`no answer within ${Math.ceil(timeoutMs)} ms`));
  const timer = setTimeout(expire, timeoutMs);
  request.on("close", () => clearTimeout(timer));
  if (!keepsProcess) {
    timer.unref();
    request.on("socket", (socket) => socket.unref());
  }
  return request;
}
