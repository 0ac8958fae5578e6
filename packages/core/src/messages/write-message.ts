/**
 * Writes tracing headers on a message, in the place that its system has for them.
 */
import { type Context, defaultTextMapSetter } from "@opentelemetry/api";
import type { AdapterTracing } from "../runtime/active-tracing.js";
import { errorLine } from "../text/error-line.js";
import { warnOnce } from "../tracer/misuse.js";
import { eventWith, isCloudEvent } from "./cloud-events.js";
import { type CompactHeaders, compactHeaders } from "./compact-headers.js";
import { isAttributeMap, writeAttributes } from "./message-attributes.js";
import { isObject, JOB_HEADERS } from "./message-headers.js";

const ATTRIBUTE_SYSTEMS: readonly unknown[] = ["aws_sqs", "aws.sns", "aws_sns", "sqs", "sns"];

/**
 * Writes the headers of `context` and returns what to send: `target`, a new object where there is
 * none, or a copy where it is frozen. What cannot have headers is returned as it is, and counted.
 * Never throws.
 */
export function writeMessage(tracing: AdapterTracing, context: Context, target: unknown, system: unknown): unknown {
  const { messages } = tracing;
  try {
    const own = target ?? {};
    if (isObject(own)) {
      const written = write(tracing, context, own, system);
      messages.produced += 1;
      return written;
    }
    warnOnce("the headers of a message are no object, and no tracing headers are sent with it", typeof target);
  } catch (error) {
    warnOnce("tracing headers could not be written on a message", errorLine(error));
  }
  messages.unwritable += 1;
  return target;
}

function write(tracing: AdapterTracing, context: Context, target: object, system: unknown): object {
  const { propagator, messages } = tracing;
  if (isCloudEvent(target)) return eventWith(target, compact(tracing, context));
  const extensible = Object.isExtensible(target);
  const own = extensible ? target : copyOf(target);
  if (ATTRIBUTE_SYSTEMS.includes(system) || isAttributeMap(own)) {
    const headers = compact(tracing, context);
    if (headers.entries.length > 0) writeAttributes(own, headers, messages);
  } else if (system === "bullmq") {
    if (Array.isArray(own)) throw new TypeError("the data of a job is a list");
    const headers = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    if (!isEmpty(headers)) (own as Record<string, unknown>)[JOB_HEADERS] = headers;
  } else {
    propagator.inject(context, own, defaultTextMapSetter);
  }
  return own;
}

function compact({ propagator }: AdapterTracing, context: Context): CompactHeaders {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return compactHeaders(headers, propagator.fields());
}

function copyOf(target: object): object {
  return Array.isArray(target) ? [...target] : { ...target };
}

function isEmpty(headers: object): boolean {
  for (const _ in headers) return false;
  return true;
}
