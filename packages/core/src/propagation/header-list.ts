/**
 * Headers as a list: names and values in turn (`rawHeaders`, `http.request`), pairs of them
 * (`fetch`), objects with one property each (librdkafka), or objects that have the name and the
 * value as members (`{ key, value }`, `{ name, value }`). Names may be bytes.
 */
import { textOfBytes } from "../headers/object-value.js";

/** The value under `name`, in any case of letters: one, several, or `undefined`. */
export function readList(list: readonly unknown[], name: string): unknown {
  const wanted = name.toLowerCase();
  const values: unknown[] = [];
  for (const [key, value] of entries(list)) if (key.toLowerCase() === wanted) values.push(value);
  return values.length < 2 ? values[0] : values;
}

/** The names on the list. */
export function listNames(list: readonly unknown[]): string[] {
  return [...entries(list)].map(([key]) => key);
}

/**
 * Puts a header on the list in place of those of its name, in the form of the list's first header.
 * An empty list becomes one of pairs.
 */
export function writeList(list: unknown[], name: string, value: string): void {
  removeFromList(list, (other) => other === name);
  const [first, second] = list;
  if (isName(first)) {
    list.push(like(first, name), like(second, value));
    return;
  }
  const [key, sample] = asPair(first);
  const members = namedMembers(first);
  if (members !== undefined) list.push({ [members[0]]: like(key, name), [members[1]]: like(sample, value) });
  else if (isSingle(first)) list.push({ [name]: like(sample, value) });
  else list.push([like(key, name), like(sample, value)]);
}

/** Takes the headers off the list whose lower-case name `matches`. */
export function removeFromList(list: unknown[], matches: (name: string) => boolean): void {
  const step = inTurn(list) ? 2 : 1;
  for (let index = list.length - step; index >= 0; index -= step) {
    const key = nameText(step === 2 ? list[index] : asPair(list[index])[0]);
    if (key !== undefined && matches(key.toLowerCase())) list.splice(index, step);
  }
}

/** Returns the text of a name; `undefined` where it is neither text nor bytes. */
export function nameText(name: unknown): string | undefined {
  return typeof name === "string" ? name : textOfBytes(name);
}

/** Returns the text as bytes where the sample, a name or a value beside it, is bytes. */
export function like(sample: unknown, text: string): string | Uint8Array {
  return ArrayBuffer.isView(sample) ? Buffer.from(text) : text;
}

function* entries(list: readonly unknown[]): Generator<[string, unknown]> {
  const step = inTurn(list) ? 2 : 1;
  for (let index = 0; index + step <= list.length; index += step) {
    const [key, value] = step === 2 ? [list[index], list[index + 1]] : asPair(list[index]);
    const name = nameText(key);
    if (name !== undefined) yield [name, value];
  }
}

function inTurn(list: readonly unknown[]): boolean {
  return isName(list[0]);
}

function isName(item: unknown): boolean {
  return typeof item === "string" || ArrayBuffer.isView(item);
}

function asPair(item: unknown): readonly unknown[] {
  if (Array.isArray(item)) return item;
  const members = namedMembers(item);
  if (members !== undefined) return members.map((member) => (item as Record<string, unknown>)[member]);
  return isSingle(item) ? (Object.entries(item)[0] as [string, unknown]) : [];
}

const NAME_AND_VALUE = [
  ["key", "value"],
  ["name", "value"],
  ["Key", "Value"],
  ["Name", "Value"],
] as const;

function namedMembers(item: unknown): (typeof NAME_AND_VALUE)[number] | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  return NAME_AND_VALUE.find(([name, value]) => name in item && value in item);
}

function isSingle(item: unknown): item is object {
  return typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).length === 1;
}
