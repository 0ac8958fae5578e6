/**
 * One value of a header, from what a carrier holds: the first of an array or of a comma-joined string
 * (RFC 9110, section 5.3), without white space around it. Anything but text is no value.
 */
export function firstValue(value: unknown): string | undefined {
  const text = Array.isArray(value) ? (value[0] as unknown) : value;
  if (typeof text !== "string" || text.length === 0) return undefined;
  const comma = text.indexOf(",");
  const first = comma < 0 ? text : text.slice(0, comma);
  // Envoy and Node hand on trimmed values; trim() on those is wasted work on every request.
  return isSpace(first.charCodeAt(0)) || isSpace(first.charCodeAt(first.length - 1)) ? first.trim() : first;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

// What Node's and undici's clients take; anything else makes them throw. RFC 9110, section 5.5, with tab and obs-text.
const FORWARDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a value that came from outside can be sent on as it is. */
export function forwardable(value: string): boolean {
  return FORWARDABLE.test(value);
}
