/**
 * Recognizes a timeout in a library that closes its connection without a reason.
 */

// Frames of Node's timers, which are on every stack that a timer starts.
const TIMER = /\b(?:Timeout\._onTimeout|listOnTimeout|processTimers)\b/;
const NODE_SIGNAL = "node:internal/abort_controller";
// `at RequestBase._timeoutError (file:1:2)`; functions that clear a timeout do not act on one.
const NAMED =
  /^\s+at (?:async )?(?:[\w$<>]+\.)*(?!clear|cancel|set|reset|with)[\w$]*time[d_]?out[\w$]*(?: \[as [^\]]*\])? \(/i;
const MAX_FRAMES = 24;

/**
 * Returns whether the code that runs now acts on a timeout: `AbortSignal.timeout()`, or a function
 * that is named after one, such as superagent's `_timeoutError`. axios, got, node-fetch and
 * superagent call `request.destroy()` in the same tick.
 */
export function isClosedByTimeout(): boolean {
  const holder: { stack?: unknown } = {};
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = MAX_FRAMES;
    Error.captureStackTrace(holder, isClosedByTimeout);
    // With source maps, the app's code formats the stack when it is read.
    return typeof holder.stack === "string" && holder.stack.split("\n").some(isTimeoutFrame);
  } catch {
    return false;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isTimeoutFrame(frame: string): boolean {
  // The timer of AbortSignal.timeout() is a function of Node.
  if (TIMER.test(frame)) return frame.includes(NODE_SIGNAL);
  return NAMED.test(frame);
}
