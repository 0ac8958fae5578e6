/**
 * What `error.type` of a call that failed says: few values, and those that an alert can ask for.
 */

const TIMEOUT = /TIMEDOUT$|TIMEOUT$/;
// Of Node, of undici, of axios.
const ABORTED = new Set(["ABORT_ERR", "UND_ERR_ABORTED", "ERR_CANCELED"]);
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;

/**
 * `timeout`, `aborted`, a code of Node's (`ECONNREFUSED`), or the error's name. fetch hides the code in `cause`: the chain is
 * followed. What is no error at all is `error`.
 */
export function errorType(error: unknown): string {
  let name: string | undefined;
  let one = error as { name?: unknown; code?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && typeof one === "object" && one !== null; depth += 1) {
    if (one.name === "TimeoutError") return "timeout";
    if (one.name === "AbortError") return "aborted";
    if (typeof one.code === "string" && SYSTEM_CODE.test(one.code)) {
      if (TIMEOUT.test(one.code)) return "timeout";
      return ABORTED.has(one.code) ? "aborted" : one.code;
    }
    if (typeof one.name === "string") name ??= one.name;
    one = one.cause as typeof one;
  }
  return name ?? "error";
}

/** Whether the error, or one of its causes, has a code: what Node, undici and the parsers find wrong has one. */
export function hasCode(error: unknown): boolean {
  let one = error as { code?: unknown; cause?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && typeof one === "object" && one !== null; depth += 1) {
    if (typeof one.code === "string") return true;
    one = one.cause as typeof one;
  }
  return false;
}
