/**
 * The headers that are passed to `dispatch`: a copy of the app's, in a form that undici takes.
 */
import type { HeaderCarrier } from "../header-carrier.js";
import { findHeader, PairedHeaders, pairedList } from "../paired-headers.js";
import { PlainHeaders } from "../plain-headers.js";
import { type DispatchedHeaders, REQUEST_KEY } from "./dispatched-request.js";

/** Copied headers, and the carrier that writes to them. */
export interface CopiedHeaders extends DispatchedHeaders {
  readonly headers: object;
  readonly carrier: HeaderCarrier;
  /** Call after the carrier was used. */
  setKey(key: string): void;
}

/** Copies the headers of a dispatch: an object, a list of names and values in turn, or pairs. */
export function copyHeaders(headers: object | null | undefined): CopiedHeaders {
  return headers === null || headers === undefined || !(Symbol.iterator in headers)
    ? new PlainCopy((headers ?? {}) as Record<string, unknown>, { ...headers })
    : new ListCopy(pairedList(headers));
}

/** A copy of headers that are an object. */
class PlainCopy implements CopiedHeaders {
  readonly headers: Record<string, unknown>;
  readonly carrier: HeaderCarrier;
  readonly #original: Record<string, unknown>;

  constructor(original: Record<string, unknown>, headers: Record<string, unknown>) {
    this.#original = original;
    this.headers = headers;
    this.carrier = new PlainHeaders(headers);
  }

  setKey(key: string): void {
    this.headers[REQUEST_KEY] = key;
  }

  restore(): void {
    const { headers } = this;
    // undici leaves out headers whose value is `undefined`.
    for (const name in headers) if (name !== REQUEST_KEY) headers[name] = this.#original[name];
  }

  removeWritten(list: unknown[]): void {
    removeChanged(list, (name) => this.#original[name]);
  }
}

class ListCopy implements CopiedHeaders {
  readonly headers: unknown[];
  readonly carrier: HeaderCarrier;
  readonly #original: readonly unknown[];

  constructor(list: unknown[]) {
    this.#original = [...list];
    this.headers = list;
    this.carrier = new PairedHeaders(list);
  }

  setKey(key: string): void {
    this.headers.push(REQUEST_KEY, key);
  }

  restore(): void {
    const { headers } = this;
    const key = headers.splice(-2);
    headers.splice(0, headers.length, ...this.#original, ...key);
  }

  removeWritten(list: unknown[]): void {
    removeChanged(list, (name) => findHeader(this.#original, name));
  }
}

function removeChanged(list: unknown[], original: (name: string) => unknown): void {
  for (let index = list.length - 2; index >= 0; index -= 2) {
    const value = original(String(list[index]));
    if (value === undefined || String(value) !== String(list[index + 1])) list.splice(index, 2);
  }
}
