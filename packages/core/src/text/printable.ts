/**
 * Text from outside, for terminals and logs: a caller's path must neither steer a terminal nor
 * forge a line.
 *
 * Spec: ECMA-48 (C0 and C1 controls), Unicode Standard Annex 9 (bidirectional formatting)
 */

/**
 * C0, DEL, C1, line and paragraph separators, and the characters that change the direction of text.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Returns `text` in one line, with escapes in place of control characters: `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? unicodeEscape(character) : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

/**
 * Returns JSON with escapes in place of control characters. It has the same value. `json` is as
 * `JSON.stringify` writes it.
 */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
