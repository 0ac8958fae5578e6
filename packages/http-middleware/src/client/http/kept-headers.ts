/**
 * Headers that a library may not overwrite later with copies of the incoming ones.
 */
import type { ClientRequest, RequestOptions } from "node:http";
import { adapterTracing } from "@meshtrace/core/adapter";
import type { HeaderCarrier } from "../header-carrier.js";
import { LaterHeaders } from "./later-headers.js";

/** Records what is written and removed, and makes the request keep it. */
export class KeptHeaders implements HeaderCarrier {
  readonly #headers: HeaderCarrier;
  /**
   * For each name, the value that may not be set later; `undefined`: none may; `null`: we wrote
   * one.
   */
  readonly #refused = new Map<string, string | undefined | null>();

  constructor(headers: HeaderCarrier) {
    this.#headers = headers;
  }

  get(name: string): unknown {
    return this.#headers.get(name);
  }

  set(name: string, value: string): void {
    this.#refused.set(name, null);
    this.#headers.set(name, value);
  }

  delete(name: string, value?: string): void {
    // A name under which no value may be set keeps that rule.
    if (!this.#refused.has(name) || typeof this.#refused.get(name) === "string") this.#refused.set(name, value);
    this.#headers.delete(name, value);
  }

  /**
   * Makes later calls of `setHeader`, `setHeaders` and `appendHeader` leave these headers as they
   * are, unless a signature covers what the app sets.
   */
  keepOn(request: ClientRequest): void {
    if (this.#refused.size === 0) return;
    const { setHeader, appendHeader } = request;
    const caller = adapterTracing().contexts.active();
    let later: LaterHeaders | undefined;
    const guarded =
      (write: typeof setHeader) =>
      (name: string, value: number | string | readonly string[]): ClientRequest => {
        if (this.#refuses(name, value)) {
          later ??= new LaterHeaders(request, setHeader, caller);
          if (later.add(name, value) && this.#wrote()) this.#release(later);
        } else {
          write.call(request, name, value);
          later?.restoreSigned(name);
        }
        return request;
      };
    request.setHeader = guarded(setHeader);
    if (typeof appendHeader === "function") request.appendHeader = guarded(appendHeader as typeof setHeader);
  }

  /** False for a host that receives no headers. */
  #wrote(): boolean {
    return [...this.#refused.values()].includes(null);
  }

  /** The app's own headers take the place of those that were written for it. */
  #release(later: LaterHeaders): void {
    const names = [...this.#refused.keys()].filter((name) => this.#refuses(name, undefined));
    this.#refused.clear();
    later.replace(names);
  }

  /** Removes what was written, unless the request's head is sent. */
  removeFrom(request: ClientRequest): void {
    for (const [name, refused] of this.#refused) {
      if (refused !== null) continue;
      this.#refused.set(name, undefined);
      if (request.headersSent) removeFromHead(request, name);
      else request.removeHeader(name);
    }
  }

  /** Removes what was written from the headers of a redirect. */
  removeFromOptions({ headers }: RequestOptions): void {
    const copied = headers as Record<string, unknown> | undefined;
    for (const name in copied) if (this.#refused.get(name.toLowerCase()) === null) delete copied[name];
  }

  #refuses(name: string, value: unknown): boolean {
    const lower = String(name).toLowerCase();
    if (!this.#refused.has(lower)) return false;
    const refused = this.#refused.get(lower);
    // The app may set a header for this call that is only passed through, such as the user's name.
    if (refused === null) return adapterTracing().propagator.fields().includes(lower);
    return refused === undefined || refused === String(value);
  }
}

/** Node writes the head of a request whose headers are a list when the request is made. */
interface WrittenHead {
  _header: string | null;
  readonly _headerSent: boolean;
}

function removeFromHead(request: ClientRequest, name: string): void {
  const written = request as unknown as WrittenHead;
  if (written._headerSent || typeof written._header !== "string") return;
  const [line = "", ...headers] = written._header.split("\r\n");
  const start = `${name}:`;
  written._header = [line, ...headers.filter((header) => !header.toLowerCase().startsWith(start))].join("\r\n");
}
