import { styleText } from "node:util";

/** How text is set off: with colour on a terminal, not at all elsewhere. */
export type Style = (format: "bold" | "dim" | "green" | "yellow" | "red" | "cyan", text: string) => string;

/**
 * The stream's own judgement, which knows of NO_COLOR and FORCE_COLOR; a file or a pipe has none.
 */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const colour = stream.isTTY === true && stream.hasColors();
  return colour ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text;
}
