/**
 * Headers as a list of names and values in turn, which undici keeps and `http.request` takes.
 */
import type { HeaderCarrier } from "./header-carrier.js";

/** Writes to the list given, in place. */
export class PairedHeaders implements HeaderCarrier {
  readonly #list: unknown[];

  constructor(list: unknown[]) {
    this.#list = list;
  }

  get(name: string): string | undefined {
    return findHeader(this.#list, name);
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.#list.push(name, value);
  }

  delete(name: string): void {
    const list = this.#list;
    for (let index = list.length - 2; index >= 0; index -= 2) {
      if (isNamed(list[index], name)) list.splice(index, 2);
    }
  }
}

type Pairs = Iterable<readonly [string, unknown]>;

/** Returns a new list with the headers that a client takes: such a list, pairs, or an object. */
export function pairedList(headers: object | null | undefined): unknown[] {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers)) return Array.isArray(headers[0]) ? headers.flat() : [...headers];
  return [...(Symbol.iterator in headers ? (headers as Pairs) : Object.entries(headers))].flat();
}

/** Returns the first header of that name, in any case, as text. */
export function findHeader(list: readonly unknown[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let index = 0; index + 1 < list.length; index += 2) {
    if (isNamed(list[index], wanted)) return String(list[index + 1]);
  }
  return undefined;
}

/** Names may be text or the bytes of the wire; `wanted` is in lower case. */
function isNamed(name: unknown, wanted: string): boolean {
  const { length } = name as { length?: number };
  return length === wanted.length && String(name).toLowerCase() === wanted;
}
