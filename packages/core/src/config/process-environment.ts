/**
 * The environment of this process, read when it is asked for: for exporters that an application
 * constructs itself. `initTracing()` passes settings instead.
 */
import { diag } from "@opentelemetry/api";
import { printable } from "../text/printable.js";
import { shownValue } from "./masked-value.js";

/**
 * Returns the value of a variable without surrounding white space; `undefined` for an absent or
 * blank variable.
 */
export function environmentText(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}

/**
 * Returns the value of a variable as a number. Logs a warning and returns `undefined` for any other
 * text.
 */
export function environmentNumber(name: string): number | undefined {
  const text = environmentText(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  diag.warn(`meshtrace: ${name}=${printable(shownValue(name, text))} is ignored: a number is expected`);
  return undefined;
}

/** Returns whether the running Node is at least version `major.minor`. */
export function isNodeAtLeast(major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
