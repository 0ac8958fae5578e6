/**
 * The causes of an error: its `cause`, theirs, and the `errors` of an `AggregateError`.
 *
 * Spec: https://tc39.es/ecma262/#sec-installerrorcause
 */

/** Causes of one error, and characters of each, that are kept. */
const MAX_CAUSES = 8;
const MAX_CAUSE_LENGTH = 4096;

/** Returns the causes of `error`, the nearest first, each one once. Never throws. */
export function causesOf(error: unknown): unknown[] {
  const seen = new Set<unknown>([error]);
  const causes: unknown[] = [];
  const waiting = [error];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const cause of [member(next, "cause"), ...errorsOf(next)]) {
      if (cause === undefined || cause === null || seen.has(cause)) continue;
      if (causes.length === MAX_CAUSES) return causes;
      seen.add(cause);
      causes.push(cause);
      waiting.push(cause);
    }
  }
  return causes;
}

/** Returns type, message and stack of a cause as the text behind a stack trace. Never throws. */
export function causeText(cause: unknown): string {
  return `Caused by: ${text(cause)}`.slice(0, MAX_CAUSE_LENGTH);
}

function text(cause: unknown): string {
  if (typeof cause !== "object" && typeof cause !== "function") return asText(cause);
  const [name, message, code, stack] = ["name", "message", "code", "stack"].map((part) => asText(member(cause, part)));
  const heading = [name, message].filter(Boolean).join(": ") || asText(cause);
  // V8 writes the heading into the stack when an error is made; both may have changed since.
  const whole = !stack ? heading : stack.includes(message ?? "") ? stack : `${heading}\n${stack}`;
  return code && !whole.includes(code) ? `[${code}] ${whole}` : whole;
}

function errorsOf(error: unknown): readonly unknown[] {
  const errors = member(error, "errors");
  try {
    return Array.isArray(errors) ? errors.slice(0, MAX_CAUSES) : [];
  } catch {
    return [];
  }
}

function member(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return "";
  try {
    return String(value);
  } catch {
    return "";
  }
}
