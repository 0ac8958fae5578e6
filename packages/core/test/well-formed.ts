/** The grammar of headers on the wire, written independently of the formats' own code. */
import { expect } from "vitest";

const TRACE = "(?!0+(?![0-9a-f]))(?:[0-9a-f]{16}|[0-9a-f]{32})";
const SPAN = "(?!0{16})[0-9a-f]{16}";
const MEMBER =
  "[a-z0-9][a-z0-9_\\-*/@]{0,255}=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]";

const GRAMMAR: Readonly<Record<string, RegExp>> = {
  "x-b3-traceid": new RegExp(`^${TRACE}$`),
  "x-b3-spanid": new RegExp(`^${SPAN}$`),
  "x-b3-parentspanid": new RegExp(`^${SPAN}$`),
  "x-b3-sampled": /^[01]$/,
  "x-b3-flags": /^1$/,
  b3: new RegExp(`^([01d]|${TRACE}-${SPAN}(-[01d](-${SPAN})?)?)$`),
  traceparent: new RegExp(`^00-(?!0{32})[0-9a-f]{32}-${SPAN}-0[0-3]$`),
  tracestate: new RegExp(`^${MEMBER}(,${MEMBER}){0,31}$`),
};
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]+$/;

/**
 * Fails where a header has a value that its grammar does not know, or the headers contradict each
 * other.
 */
export function expectWellFormed(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) expect(value, name).toMatch(GRAMMAR[name] ?? SENDABLE);
  const has = (name: string): boolean => headers[name] !== undefined;
  expect(has("x-b3-traceid")).toBe(has("x-b3-spanid"));
  if (has("x-b3-parentspanid")) expect(headers["x-b3-parentspanid"]).not.toBe(headers["x-b3-spanid"]);
  if (has("x-b3-parentspanid")) expect(has("x-b3-spanid")).toBe(true);
  if (has("x-b3-flags")) expect(headers["x-b3-sampled"]).toBe("1");
  if (has("tracestate")) expect(has("traceparent")).toBe(true);
  if (has("x-b3-spanid") && has("traceparent")) expect(headers["traceparent"]).toContain(headers["x-b3-spanid"]);
}
