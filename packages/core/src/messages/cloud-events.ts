/**
 * Headers among the attributes of a CloudEvent: the distributed tracing extension, and two
 * attributes beside it, whose names have letters and digits alone.
 *
 *     traceparent, tracestate    the extension
 *     b3                         B3, single format
 *     xrequestid                 x-request-id
 *
 * Spec: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
 */
import { B3_SINGLE, REQUEST_ID, TRACEPARENT, TRACESTATE } from "../headers/names.js";
import type { CompactHeaders } from "./compact-headers.js";

const EVENT_REQUEST_ID = "xrequestid";
const EVENT_HEADERS = [B3_SINGLE, TRACEPARENT, TRACESTATE];

interface CloudEventLike {
  readonly specversion?: unknown;
  readonly cloneWith?: (attributes: object, strict?: boolean) => object;
  readonly [name: string]: unknown;
}

/** Returns whether `value` is a CloudEvent: an instance of its SDK, or its JSON as an object. */
export function isCloudEvent(value: object): boolean {
  const { specversion, id, source, type } = value as CloudEventLike;
  return [specversion, id, source, type].every((attribute) => typeof attribute === "string");
}

/** Returns the headers of an event. */
export function headersOfEvent(event: object): Record<string, unknown> {
  const attributes = event as CloudEventLike;
  return {
    [B3_SINGLE]: attributes[B3_SINGLE],
    [TRACEPARENT]: attributes[TRACEPARENT],
    [TRACESTATE]: attributes[TRACESTATE],
    [REQUEST_ID]: attributes[EVENT_REQUEST_ID],
  };
}

/** Returns an event with the headers: a clone where the event cannot be changed. */
export function eventWith(event: object, { entries, replaced }: CompactHeaders): object {
  const attributes: Record<string, unknown> = {};
  for (const name of EVENT_HEADERS) if (replaced.has(name) && name in event) attributes[name] = undefined;
  for (const [name, value] of entries) {
    if (EVENT_HEADERS.includes(name)) attributes[name] = value;
    else if (name === REQUEST_ID) attributes[EVENT_REQUEST_ID] = value;
  }
  const { cloneWith } = event as CloudEventLike;
  if (typeof cloneWith === "function") return cloneWith.call(event, attributes, false);
  return Object.isExtensible(event) ? Object.assign(event, attributes) : { ...event, ...attributes };
}
