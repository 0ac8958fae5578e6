/**
 * The values of `error.type` of a failed call. There are few of them, so that an alert can name them.
 */

const TIMEOUT = /TIMEDOUT$|TIMEOUT$/;
// Codes of Node, undici and axios.
const ABORTED = new Set(["ABORT_ERR", "UND_ERR_ABORTED", "ERR_CANCELED"]);
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;
const MAX_CAUSES = 5;

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/**
 * Returns `timeout`, `aborted`, an error code (`ECONNREFUSED`), or the error's name; `error` for a value without a name.
 * Follows `cause`, where fetch hides the code.
 */
export function errorType(error: unknown): string {
  let name: string | undefined;
  for (const { name: own, code } of causesOf(error)) {
    if (own === "TimeoutError") return "timeout";
    if (own === "AbortError") return "aborted";
    if (typeof code === "string" && SYSTEM_CODE.test(code)) {
      if (TIMEOUT.test(code)) return "timeout";
      return ABORTED.has(code) ? "aborted" : code;
    }
    if (typeof own === "string") name ??= own;
  }
  return name ?? "error";
}

/** Whether the error or one of its causes has a code. Errors of Node, undici and the parsers have one. */
export function hasCode(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (typeof code === "string") return true;
  return false;
}

function* causesOf(error: unknown): Generator<ErrorLike> {
  let current = error as ErrorLike | null | undefined;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === "object" && current !== null; depth += 1) {
    yield current;
    current = current.cause as typeof current;
  }
}
