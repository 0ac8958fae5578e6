/**
 * Headers as an object, whose names stand in any case.
 */
import type { HeaderCarrier } from "./start-call.js";

/** Writes onto the object given, in place. */
export class PlainHeaders implements HeaderCarrier {
  readonly #headers: Record<string, unknown>;
  readonly #names = new Map<string, string>();

  constructor(headers: Record<string, unknown>) {
    this.#headers = headers;
    for (const name in headers) this.#names.set(name.toLowerCase(), name);
  }

  get(name: string): unknown {
    return this.#headers[this.#names.get(name) ?? name];
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.#headers[name] = value;
    this.#names.set(name, name);
  }

  delete(name: string): void {
    const stands = this.#names.get(name);
    if (stands === undefined) return;
    delete this.#headers[stands];
    this.#names.delete(name);
  }
}
