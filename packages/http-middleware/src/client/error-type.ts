/**
 * The values of `error.type` of a call that has no complete response. There are few of them, so
 * that an alert can name them.
 */

const TIMEOUT = /TIMEDOUT$|TIMEOUT$/;
// Codes of Node, undici and axios.
const ABORTED = new Set(["ABORT_ERR", "UND_ERR_ABORTED", "UND_ERR_DESTROYED", "ERR_CANCELED"]);
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]+$/;
// Texts of axios, superagent and of Node's `AbortSignal.timeout()`, which axios copies into an
// error of its own.
const TIMEOUT_TEXT = /\btimeout of |\baborted due to timeout$/i;
// undici's ProxyAgent uses the code of an abort for a tunnel that the proxy refuses.
const REFUSED_TUNNEL = /^Proxy response /;
const MAX_CAUSES = 5;

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/**
 * Returns `timeout`, `aborted` (the caller gave the call up), an error code (`ECONNREFUSED`), or
 * the error's name; `error` for a value without a name. Follows `cause`, where fetch hides the
 * code.
 */
export function errorType(error: unknown): string {
  let name: string | undefined;
  for (const { name: own, code, message } of causesOf(error)) {
    if (own === "TimeoutError") return "timeout";
    const text = typeof message === "string" ? message : "";
    if (typeof code === "string" && SYSTEM_CODE.test(code)) {
      if (TIMEOUT.test(code)) return "timeout";
      if (code === "ECONNABORTED" || ABORTED.has(code)) {
        if (TIMEOUT_TEXT.test(text)) return "timeout";
        // Node's own AbortError has the signal's reason as its cause.
        if (code === "ABORT_ERR" && causeIsTimeout(error)) return "timeout";
        return code !== "ECONNABORTED" && !REFUSED_TUNNEL.test(text) ? "aborted" : code;
      }
      return code;
    }
    if (own === "AbortError") return "aborted";
    if (typeof own === "string") name ??= own;
  }
  return name ?? "error";
}

/**
 * Whether the error or one of its causes has a code. Errors of Node, undici and the parsers have
 * one.
 */
export function hasCode(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (typeof code === "string") return true;
  return false;
}

function causeIsTimeout(error: unknown): boolean {
  for (const { name } of causesOf(error)) if (name === "TimeoutError") return true;
  return false;
}

function* causesOf(error: unknown): Generator<ErrorLike> {
  let current = error as ErrorLike | null | undefined;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === "object" && current !== null; depth += 1) {
    yield current;
    current = current.cause as typeof current;
  }
}
