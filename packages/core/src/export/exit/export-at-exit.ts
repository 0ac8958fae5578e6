/**
 * The last attempt: spans that wait when the process exits are sent while it does. An app that ends
 * itself with `process.exit()`, or by an error, would lose the spans of its last seconds, those of
 * the failing request among them.
 */
import { nodeModules } from "../../node-modules.js";
import type { BatchProcessor } from "../queue/batch-processor.js";
import { FAILED, type LastRequest, NO_ANSWER, SENT, sendAtExit } from "./send-at-exit.js";

/**
 * Call in an `exit` listener. Blocks for at most `timeoutMs`, and only if spans wait. Every loss is
 * counted and logged. After the last call, spans that end are lost.
 */
export function exportAtExit(processors: readonly BatchProcessor[], timeoutMs: number, isLast: boolean): void {
  const calls = processors.flatMap((processor) => processor.takeAtExit());
  const requests = calls.map((call) => call.lastRequest());
  const results = sendAtExit(
    requests.filter((request) => request !== undefined),
    timeoutMs,
  );
  calls.forEach((call, index) => {
    if (requests[index] === undefined) call.startAtExit(timeoutMs);
    const result = requests[index] === undefined ? undefined : (results.shift() ?? NO_ANSWER);
    if (result !== undefined && arrived(result)) call.succeed();
    else call.fail(reasonOf(requests[index], result, timeoutMs));
  });
  for (const processor of processors) processor.endAtExit(isLast);
}

function arrived(result: number): boolean {
  return result === SENT || (result >= 200 && result < 300);
}

function reasonOf(request: LastRequest | undefined, result: number | undefined, timeoutMs: number): string {
  if (request === undefined)
    return "the process exited before they were exported; call shutdown() before process.exit()";
  const where = "url" in request ? withoutCredentials(request.url) : `udp ${request.host}:${request.port}`;
  if (result === NO_ANSWER) return `the process exited, and ${where} did not answer within ${timeoutMs} ms`;
  return result !== undefined && result > 0
    ? `the process exited, and ${where} answered ${result}`
    : `the process exited, and ${where} could not be reached${systemError(result)}`;
}

function systemError(result: number | undefined): string {
  const isNumber = result !== undefined && result < FAILED;
  return isNumber ? ` (${nodeModules.util.getSystemErrorName(result)})` : "";
}

function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
