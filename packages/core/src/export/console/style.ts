/** How text is set off: with colour on a terminal, not at all elsewhere. */
export type Style = (format: "dim" | "red" | "cyan", text: string) => string;

const CODES = { dim: 2, red: 31, cyan: 36 };

export function styleFor(terminal: boolean): Style {
  return terminal ? (format, text) => `\u001b[${CODES[format]}m${text}\u001b[0m` : (_format, text) => text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** What came from outside, in one line: a caller's path must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
