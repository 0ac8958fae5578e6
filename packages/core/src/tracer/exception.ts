/**
 * An exception as the attributes of an event.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
import type { Attributes } from "@opentelemetry/api";
import { causesOf, causeText } from "../text/error-causes.js";
import { memberOf } from "./member.js";
import { asText } from "./text.js";

/**
 * Returns type (the code, else the name), message and stack trace of what was thrown; `undefined`
 * when it has neither type nor message. Its causes follow the stack trace. A getter that throws
 * counts as absent.
 */
export function exceptionAttributes(exception: unknown): Attributes | undefined {
  if (typeof exception === "string") return exception === "" ? undefined : { "exception.message": exception };
  if (exception === null || exception === undefined) return undefined;
  const attributes: Attributes = {};
  const type = memberOf(exception, "code") || memberOf(exception, "name");
  const message = memberOf(exception, "message");
  if (!type && !message) return undefined;
  if (type) attributes["exception.type"] = asText(type);
  if (message) attributes["exception.message"] = asText(message);
  const stack = memberOf(exception, "stack");
  const causes = typeof exception === "object" ? causesOf(exception) : [];
  const trace = [...(stack ? [asText(stack)] : []), ...causes.map(causeText)];
  if (trace.length > 0) attributes["exception.stacktrace"] = trace.join("\n");
  return attributes;
}
