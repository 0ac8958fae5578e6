/** How text is set off: with colour on a terminal, not at all elsewhere. */
export type Style = (format: "dim" | "red" | "cyan", text: string) => string;

const CODES = { dim: 2, red: 31, cyan: 36 };

export function styleFor(terminal: boolean): Style {
  return terminal ? (format, text) => `\u001b[${CODES[format]}m${text}\u001b[0m` : (_format, text) => text;
}
