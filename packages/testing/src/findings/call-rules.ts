/** Mistakes that show in the headers of an outgoing call. */
import { SpanKind } from "@opentelemetry/api";
import type { OutgoingCall } from "../outgoing-calls.js";
import type { SpanRecord } from "../span-record.js";
import { type Finding, finding, named, type Observed } from "./finding.js";

/** Returns what is wrong with a call that the app made while it served a request. */
export function callFindings(call: OutgoingCall, { recordOf, records }: Observed): Finding[] {
  const active = recordOf(call.activeSpan);
  if (active === undefined) return [];
  const what = `${call.method} ${call.url} inside ${named(active)}`;
  const carried = carriedIds(call.headers);
  if (carried === undefined) {
    const sentence =
      `${what} left without trace headers: use tracedFetch or an adapter for this client, or make the host a ` +
      "propagation target";
    return [finding("headers-dropped", sentence, active)];
  }
  const { traceId, spanId } = active.span.spanContext();
  // B3 may carry the lower half alone.
  if (!traceId.endsWith(carried.traceId.slice(-16))) {
    const sentence = `${what} carries trace ${carried.traceId} instead of ${traceId}: its headers were kept from another request`;
    return [finding("headers-of-another-trace", sentence, active)];
  }
  const found: Finding[] = [];
  const own = records.some((record) => record.span.kind === SpanKind.CLIENT && idOf(record) === carried.spanId);
  if (!own && carried.spanId === spanId && active.span.kind === SpanKind.SERVER) {
    const sentence = `${what} carries the headers of the incoming request and has no span: use tracedFetch or an adapter for this client`;
    found.push(finding("headers-copied", sentence, active));
  }
  const requestId = requestIdAbove(active);
  if (requestId !== undefined && call.headers["x-request-id"] !== requestId) {
    const sentence = `${what} does not carry x-request-id ${requestId}: Envoy's logs of both services no longer match`;
    found.push(finding("request-id-dropped", sentence, active));
  }
  return found;
}

const idOf = ({ span }: SpanRecord): string => span.spanContext().spanId;

function carriedIds(headers: OutgoingCall["headers"]): { traceId: string; spanId: string } | undefined {
  const single = /^([0-9a-f]{16,32})-([0-9a-f]{16})/.exec(headers["b3"] ?? "");
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})/.exec(headers["traceparent"] ?? "");
  const [, traceId, spanId] = single ?? parent ?? [];
  const ids = { traceId: headers["x-b3-traceid"] ?? traceId, spanId: headers["x-b3-spanid"] ?? spanId };
  return ids.traceId === undefined || ids.spanId === undefined
    ? undefined
    : { traceId: ids.traceId, spanId: ids.spanId };
}

function requestIdAbove(record: SpanRecord | undefined): string | undefined {
  for (let above = record; above !== undefined; above = above.parent) {
    const id = above.span.attributes["guid:x-request-id"];
    if (typeof id === "string") return id;
  }
  return undefined;
}
