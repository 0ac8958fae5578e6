/**
 * Headers as a list: names and values in turn (`rawHeaders`, `http.request`), pairs of them
 * (`fetch`), or objects with one property each (librdkafka).
 */

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

/** Puts a header on the list in place of those of its name. An empty list becomes one of pairs. */
export function writeList(list: unknown[], name: string, value: string): void {
  removeFromList(list, (other) => other === name);
  if (inTurn(list)) list.push(name, value);
  else if (isSingle(list[0])) list.push({ [name]: value });
  else list.push([name, value]);
}

/** Takes the headers off the list whose lower-case name `matches`. */
export function removeFromList(list: unknown[], matches: (name: string) => boolean): void {
  const step = inTurn(list) ? 2 : 1;
  for (let index = list.length - step; index >= 0; index -= step) {
    const key = step === 2 ? list[index] : asPair(list[index])[0];
    if (typeof key === "string" && matches(key.toLowerCase())) list.splice(index, step);
  }
}

function* entries(list: readonly unknown[]): Generator<[string, unknown]> {
  const step = inTurn(list) ? 2 : 1;
  for (let index = 0; index + step <= list.length; index += step) {
    const [key, value] = step === 2 ? [list[index], list[index + 1]] : asPair(list[index]);
    if (typeof key === "string") yield [key, value];
  }
}

function inTurn(list: readonly unknown[]): boolean {
  return typeof list[0] === "string";
}

function asPair(item: unknown): readonly unknown[] {
  if (Array.isArray(item)) return item;
  return isSingle(item) ? (Object.entries(item)[0] as [string, unknown]) : [];
}

function isSingle(item: unknown): item is object {
  return typeof item === "object" && item !== null && !Array.isArray(item) && Object.keys(item).length === 1;
}
