/**
 * Errors as text for logs: one line, without credentials and control characters.
 */
import { printable } from "./printable.js";
import { redactUrls } from "./redact-urls.js";

const FRAME = /^\s*at (.+)$/m;
const MAX_LENGTH = 1000;

/** Returns name and message of anything that was thrown, and where in the code. Never throws. */
export function errorLine(thrown: unknown): string {
  try {
    if (typeof thrown !== "object" || thrown === null) return oneLine(String(thrown));
    const { name, message, stack } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
    if (typeof message !== "string") return oneLine(String(thrown));
    const heading = typeof name === "string" && name !== "" ? `${name}: ${message}` : message;
    // The message may contain lines that look like frames.
    const rest = typeof stack === "string" ? stack.slice(stack.indexOf(message) + message.length) : "";
    const frame = FRAME.exec(rest)?.[1];
    return oneLine(heading) + (frame === undefined ? "" : ` (at ${oneLine(frame)})`);
  } catch {
    return "an error that cannot be read";
  }
}

function oneLine(text: string): string {
  const line = printable(redactUrls(text));
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}...` : line;
}
