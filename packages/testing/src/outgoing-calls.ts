/**
 * The HTTP calls that leave this process, with the headers that they really carry: read from the
 * diagnostics channels of undici (and so of fetch) and of node:http.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { context, trace } from "@opentelemetry/api";

/** A call to another server. */
export interface OutgoingCall {
  /** Method in upper case. */
  readonly method: string;
  /** Origin and path, without the query. */
  readonly url: string;
  /** The headers as they were sent, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The span that was active when the app made the call. */
  readonly activeSpan: object | undefined;
}

interface UndiciRequest {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
}

export class OutgoingCalls {
  readonly calls: OutgoingCall[] = [];
  readonly #active = new WeakMap<object, object>();

  watch(): void {
    subscribe("undici:request:create", this.#onCreate);
    subscribe("undici:client:sendHeaders", this.#onSend);
    subscribe("http.client.request.start", this.#onHttp);
  }

  unwatch(): void {
    unsubscribe("undici:request:create", this.#onCreate);
    unsubscribe("undici:client:sendHeaders", this.#onSend);
    unsubscribe("http.client.request.start", this.#onHttp);
  }

  clear(): void {
    this.calls.length = 0;
  }

  // The connection may send later, in the context of another request.
  readonly #onCreate = (message: unknown): void => {
    const { request } = message as { request: UndiciRequest };
    const span = trace.getSpan(context.active());
    if (span !== undefined) this.#active.set(request, span);
  };

  readonly #onSend = (message: unknown): void => {
    const { request, headers } = message as { request: UndiciRequest; headers: string };
    const { method, path } = request;
    const url = `${String(request.origin ?? "")}${path.replace(/\?.*$/, "")}`;
    this.calls.push({ method, url, headers: parsed(headers), activeSpan: this.#active.get(request) });
  };

  readonly #onHttp = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    const { method, protocol, path } = request;
    const headers = Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)]);
    const url = `${protocol}//${String(request.getHeader("host") ?? "")}${path.replace(/\?.*$/, "")}`;
    this.calls.push({
      method,
      url,
      headers: Object.fromEntries(headers),
      activeSpan: trace.getSpan(context.active()),
    });
  };
}

/** The head of an HTTP/1.1 request, after its first line (RFC 9112, section 5). */
function parsed(head: string): Record<string, string> {
  const lines = head.split("\r\n").filter((line) => /^[^\s:]+:/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
}
