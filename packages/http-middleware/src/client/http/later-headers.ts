/**
 * Trace headers that an app sets on a request after it was made, when those of its trace are
 * written already.
 */
import type { ClientRequest } from "node:http";
import { adapterTracing, signedNames } from "@meshtrace/core/adapter";
import { type Context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { contextOfCall, hasTrace } from "../copied-context.js";

type Value = number | string | readonly string[];

/** The headers of one request that its app has set, and that were not written. */
export class LaterHeaders {
  readonly #request: ClientRequest;
  readonly #setHeader: ClientRequest["setHeader"];
  readonly #values = new Map<string, unknown>();
  readonly #inTrace: boolean;

  /** `caller` is the context in which the request was made. */
  constructor(request: ClientRequest, setHeader: ClientRequest["setHeader"], caller: Context) {
    this.#inTrace = hasTrace(caller);
    this.#request = request;
    this.#setHeader = setHeader;
  }

  /**
   * Keeps a header, and writes it where a signature covers it. Returns whether the headers name
   * another trace than the request does, and the call was made outside of any trace.
   */
  add(name: string, value: Value): boolean {
    const lower = String(name).toLowerCase();
    this.#values.set(lower, value);
    if (this.#signed()?.has(lower)) this.#write(lower);
    if (this.#inTrace) return false;
    const named = traceOf(this.#values);
    // A library may pass the headers with the request, and set them once more.
    return named !== undefined && named !== traceOf(new Map(Object.entries(this.#request.getHeaders())));
  }

  /** Call when a header was written: if it is a signature, writes the headers that it covers. */
  restoreSigned(name: string): void {
    if (!SIGNATURES.has(String(name).toLowerCase())) return;
    for (const signed of this.#signed() ?? []) this.#write(signed);
  }

  /** Writes the headers in place of those under `names`. */
  replace(names: readonly string[]): void {
    for (const name of names) this.#request.removeHeader(name);
    for (const name of this.#values.keys()) this.#write(name);
  }

  #signed(): ReadonlySet<string> | undefined {
    return signedNames(this.#text("authorization"), this.#text("signature-input"));
  }

  #text(name: string): string | undefined {
    return this.#request.getHeader(name)?.toString();
  }

  #write(name: string): void {
    const value = this.#values.get(name);
    if (value !== undefined) this.#setHeader.call(this.#request, name, value as Value);
  }
}

function traceOf(headers: Map<string, unknown>): string | undefined {
  return trace.getSpanContext(contextOfCall(ROOT_CONTEXT, headers, adapterTracing().propagator))?.traceId;
}

const SIGNATURES = new Set(["authorization", "signature-input"]);
