/**
 * Encoded spans are strings with one character per byte, U+0000 to U+00FF, until they are written:
 * one `latin1Write` of a span is faster than many small writes, and pieces can be cached.
 */
const NOT_ASCII = /[\u0080-\uffff]/;

/** Returns the UTF-8 bytes of `text`, one character each. Lone surrogates become U+FFFD. */
export function byteText(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/**
 * Returns the same text in one piece of memory. V8 keeps a concatenation as a tree, which every
 * write walks again: worth it for a text that is written many times.
 */
export function flattened(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
