/**
 * What a caller did wrong, logged once for each kind of mistake: one slip in a loop must not fill the app's log. Repetitions
 * are logged at debug level.
 */
import { diag } from "@opentelemetry/api";

const logged = new Set<string>();
const MAX_KINDS = 1000;

/** Logs a warning the first time that `kind` occurs in this process. `details` go to the log after the message. */
export function warnOnce(kind: string, ...details: unknown[]): void {
  if (logged.has(kind) || logged.size >= MAX_KINDS) {
    diag.debug(`meshtrace: ${kind}`, ...details);
    return;
  }
  logged.add(kind);
  diag.warn(`meshtrace: ${kind} (logged once)`, ...details);
}
