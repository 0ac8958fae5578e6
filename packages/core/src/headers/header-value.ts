/**
 * Values of headers, as carriers hold them. HTTP gives text, or a list of texts; message headers
 * also have bytes (read as UTF-8), numbers and booleans (read as their text), and objects around
 * them.
 */
import { isByteList, textOfObject } from "./object-value.js";

/**
 * Returns the text of one value; `undefined` for `null`, functions, symbols, and objects that have
 * none.
 */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      return value === null ? undefined : textOfObject(value);
    default:
      return undefined;
  }
}

/**
 * Returns the first of several values (RFC 9110, section 5.3), of an array or of a comma-joined
 * text, without white space around it. `undefined` where there is no text, or it is empty.
 */
export function firstValue(value: unknown): string | undefined {
  const text = textOf(isList(value) ? value[0] : value);
  if (text === undefined || text.length === 0) return undefined;
  const comma = text.indexOf(",");
  const first = comma < 0 ? text : text.slice(0, comma);
  return trimSpace(first);
}

/**
 * Returns the text without the spaces and tabs around it (RFC 9110, section 5.6.3); `trim()`
 * removes other characters, too.
 */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end - start === text.length ? text : text.slice(start, end);
}

/**
 * Returns the whole value byte for byte, an array's values as one list; `undefined` where there is
 * no text.
 */
export function wholeValue(value: unknown): string | undefined {
  if (typeof value === "string") return value.length > 0 ? value : undefined;
  if (!isList(value)) return textOf(value) || undefined;
  return textsOf(value).join(",") || undefined;
}

/** Returns the texts of a value or of several; what has no text is left out. */
export function textsOf(value: unknown): string[] {
  const texts = isList(value) ? value.map(textOf) : [textOf(value)];
  return texts.filter((text) => text !== undefined && text.length > 0) as string[];
}

/**
 * Whether a carrier's answer means that the header is not there: some answer `""` or `[]` for what
 * they lack.
 */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Whether the value is several values, and not the bytes of one. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !isByteList(value);
}

const TAB = 9;

function isSpace(code: number): boolean {
  return code === 32 || code === TAB;
}

/**
 * Whether a value that came from outside can be sent on as it is: what Node's and undici's clients
 * take (RFC 9110, section 5.5, with tab and obs-text); anything else makes them throw.
 */
export function forwardable(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code > 0xff || code === 0x7f || (code < 0x20 && code !== TAB)) return false;
  }
  return true;
}
