import { type SpanStatus, SpanStatusCode } from "@opentelemetry/api";
import { memberOf } from "./member.js";
import { warnOnce } from "./misuse.js";

/**
 * Returns the status of a span after `setStatus(status)`: OK is final, UNSET changes nothing, only
 * ERROR has a message.
 *
 * Spec: https://opentelemetry.io/docs/specs/otel/trace/api/#set-status
 */
export function changedStatus(current: SpanStatus, status: unknown): SpanStatus {
  if (typeof status !== "object" || status === null) return current;
  const code = memberOf(status, "code") as SpanStatusCode;
  if (code === SpanStatusCode.UNSET || current.code === SpanStatusCode.OK) return current;
  const message = code === SpanStatusCode.ERROR ? memberOf(status, "message") : undefined;
  if (message === undefined || message === null) return { code };
  if (typeof message === "string") return { code, message };
  warnOnce("the message of a span's status is no text");
  return { code };
}
