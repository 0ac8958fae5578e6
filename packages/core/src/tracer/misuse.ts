/**
 * What a caller did wrong, logged once for each kind of mistake: one slip in a loop must not fill
 * the app's log. Repetitions are logged at debug level.
 */
import { diag } from "@opentelemetry/api";
import { printable } from "../text/printable.js";

/** The details with which each kind was logged. */
const logged = new Map<string, Set<string>>();
/** A kind is logged for so many details: names that an app makes up have no end. */
const MAX_DETAILS = 10;
const MAX_DETAIL_LENGTH = 100;

/**
 * Logs a warning the first time that `kind` occurs in this process. With a `detail`, a name for
 * example, each of the first 10 details is logged once.
 */
export function warnOnce(kind: string, detail = ""): void {
  const text = printable(detail.slice(0, MAX_DETAIL_LENGTH));
  const message = `meshtrace: ${kind}${text === "" ? "" : `: ${text}`}`;
  const details = logged.get(kind) ?? new Set();
  if (details.has(text) || details.size >= MAX_DETAILS) {
    diag.debug(message);
    return;
  }
  logged.set(kind, details.add(text));
  diag.warn(`${message} (logged once)`);
}
