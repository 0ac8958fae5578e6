import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableJson } from "../../src/text/printable.js";

/**
 * Everything that a terminal obeys, by Unicode's own categories, beside `\p{Cc}` the bidirectional
 * controls.
 */
const RAW = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "\u009b", "\u009d", "\u0085", "\u007f", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("text has escapes in place of control characters", () => {
  expect(printable("a\u001b[2J\n\u009b\u2028\u202eb")).toBe("a\\x1b[2J\\x0a\\x9b\\u2028\\u202eb");
  expect(printable("Grüße, 世界 🎉")).toBe("Grüße, 世界 🎉");
  fc.assert(fc.property(hostile, (text) => void expect(printable(text)).not.toMatch(RAW)));
});

test("JSON has escapes, and keeps its value", () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      const json = printableJson(JSON.stringify(value));
      expect(json).not.toMatch(RAW);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("each control character that Unicode has is escaped", () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    const character = String.fromCharCode(code);
    if (RAW.test(character)) expect(printable(character)).not.toBe(character);
    else expect(printable(character)).toBe(character);
  }
});
