/**
 * Encoded spans are strings with one character per byte, U+0000 to U+00FF, until they are written: one `latin1Write` of a
 * span is faster than many small writes, and pieces can be cached.
 */
const NOT_ASCII = /[\u0080-\uffff]/;

/** Returns the UTF-8 bytes of `text`, one character each. Lone surrogates become U+FFFD. */
export function byteText(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}
