/**
 * Headers as a list: names and values in turn (`rawHeaders`, `http.request`), or pairs of them (`fetch`).
 */

/** What stands under `name`, in any case of letters: one value, several, or `undefined`. */
export function readList(list: readonly unknown[], name: string): string | string[] | undefined {
  const values: string[] = [];
  for (const [key, value] of entries(list)) {
    if (key.toLowerCase() === name && typeof value === "string") values.push(value);
  }
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
  else list.push([name, value]);
}

/** Takes the headers off the list whose lower-case name `matches`. */
export function removeFromList(list: unknown[], matches: (name: string, value: unknown) => boolean): void {
  const step = inTurn(list) ? 2 : 1;
  for (let index = list.length - step; index >= 0; index -= step) {
    const [key, value] = (step === 2 ? [list[index], list[index + 1]] : asPair(list[index])) as [unknown, unknown];
    if (typeof key === "string" && matches(key.toLowerCase(), value)) list.splice(index, step);
  }
}

function* entries(list: readonly unknown[]): Generator<[string, unknown]> {
  const step = inTurn(list) ? 2 : 1;
  for (let index = 0; index + step <= list.length; index += step) {
    const [key, value] = (step === 2 ? [list[index], list[index + 1]] : asPair(list[index])) as [unknown, unknown];
    if (typeof key === "string") yield [key, value];
  }
}

function inTurn(list: readonly unknown[]): boolean {
  return typeof list[0] === "string";
}

function asPair(item: unknown): readonly unknown[] {
  return Array.isArray(item) ? item : [];
}
