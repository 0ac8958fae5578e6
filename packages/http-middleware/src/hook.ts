/**
 * Calls hooks of the user so that their failures harm no request.
 */
import { errorLine } from "@meshtrace/core/adapter";
import { diag } from "@opentelemetry/api";

const reported = new WeakSet<object>();

/**
 * Returns what `call` returns for `args`. Returns `fallback` without a hook, when the hook throws,
 * and when it returns a promise. An error, a rejection, and a promise where a value is expected are
 * logged once for each hook.
 */
export function hook<Args extends unknown[], Result>(
  call: ((...args: Args) => Result) | undefined,
  fallback: Result,
  ...args: Args
): Result {
  if (call === undefined) return fallback;
  try {
    const result = call(...args);
    if (!isThenable(result)) return result;
    Promise.resolve(result).catch((error: unknown) => report(call, error));
    if (fallback !== undefined) report(call, new TypeError("the hook returned a promise instead of a value"));
  } catch (error) {
    report(call, error);
  }
  return fallback;
}

function isThenable(result: unknown): boolean {
  return typeof (result as { then?: unknown } | null | undefined)?.then === "function";
}

function report(call: { readonly name: string }, error: unknown): void {
  if (reported.has(call)) return;
  reported.add(call);
  diag.error(`meshtrace: the hook ${call.name || "(anonymous)"} failed (logged once): ${errorLine(error)}`);
}
