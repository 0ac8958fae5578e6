/**
 * Headers as an object, whose names may be in any case.
 */
import type { HeaderCarrier } from "./header-carrier.js";

/** Writes to the object given, in place. */
export class PlainHeaders implements HeaderCarrier {
  readonly #headers: Record<string, unknown>;
  /** Names that are not in lower case, by the name in lower case. */
  #otherCase: Map<string, string> | undefined;

  constructor(headers: Record<string, unknown>) {
    this.#headers = headers;
    for (const name in headers) {
      const lower = name.toLowerCase();
      if (lower === name) continue;
      this.#otherCase ??= new Map();
      this.#otherCase.set(lower, name);
    }
  }

  get(name: string): unknown {
    return this.#headers[name] ?? this.#headers[this.#otherCase?.get(name) ?? name];
  }

  set(name: string, value: string): void {
    if (this.#otherCase !== undefined) this.delete(name);
    this.#headers[name] = value;
  }

  delete(name: string): void {
    if (name in this.#headers) delete this.#headers[name];
    const other = this.#otherCase?.get(name);
    if (other !== undefined) delete this.#headers[other];
  }
}
