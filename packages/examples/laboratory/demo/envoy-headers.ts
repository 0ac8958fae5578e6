/**
 * What an Envoy that Istio configured (Zipkin provider) does to a request's headers, and which
 * spans it makes of it. A reader and writer of its own: that proxies and library agree is what the
 * demo shows, so they share no code.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { ProxyRole } from "./layouts.js";

/** Names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

export interface ProxySpan {
  readonly kind: "SERVER" | "CLIENT";
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string | undefined;
}

/**
 * A request as it leaves the proxy, with the spans to report: none when the trace is not sampled.
 */
export interface Passage {
  readonly headers: RequestHeaders;
  readonly spans: readonly ProxySpan[];
}

export interface Surroundings {
  readonly edge: boolean;
  /** The address of the sender. */
  readonly peer: string;
  /** The Service that the request is routed to, with its port. */
  readonly route: string;
  /** `random_sampling`: all or none. */
  readonly sampling: 0 | 100;
}

/**
 * One request through one proxy. Headers that it does not know pass untouched, those of other
 * tracers included.
 */
export function passOn(incoming: RequestHeaders, role: ProxyRole, around: Surroundings): Passage {
  const headers: Record<string, string> = { ...incoming };
  if (around.edge) enter(headers, around.peer);
  const requestId = headers["x-request-id"] as string;
  const reason = traceReason(requestId, headers, around.sampling);
  headers["x-request-id"] = withReason(requestId, reason);

  // An outbound proxy names the route for the inbound one, which takes the name for its span and
  // the header off.
  if (role.spans === "server") delete headers["x-envoy-decorator-operation"];
  else headers["x-envoy-decorator-operation"] = `${around.route}/*`;
  headers["x-envoy-attempt-count"] = "1";

  const caller = readB3(headers);
  // What Envoy cannot read it neither traces nor touches.
  if (caller === "malformed") return { headers, spans: [] };
  const sampled = caller.sampled ?? reason !== "4";
  const spans = makeSpans(caller, role);
  const last = spans[spans.length - 1] as ProxySpan;
  if (headers["b3"] === undefined) writeMulti(headers, last, sampled);
  else headers["b3"] = formatSingle(last, sampled);
  return { headers, spans: sampled ? spans : [] };
}

/** What the edge adds: who asked, over what, and a request ID that no client chose. */
function enter(headers: Record<string, string>, peer: string): void {
  headers["x-forwarded-for"] = headers["x-forwarded-for"] ? `${headers["x-forwarded-for"]},${peer}` : peer;
  headers["x-forwarded-proto"] = "http";
  headers["x-envoy-external-address"] = peer;
  headers["x-request-id"] = withReason(randomUUID(), "4");
}

/**
 * Character 15: `4` not traced, `9` sampled, `a` forced by a service, `b` by the client. One that
 * is set stays.
 */
function traceReason(requestId: string, headers: RequestHeaders, sampling: 0 | 100): string {
  const reason = requestId.charAt(14);
  if (reason === "9" || reason === "a" || reason === "b") return reason;
  if (headers["x-client-trace-id"] !== undefined) return "b";
  if (headers["x-envoy-force-trace"] !== undefined) return "a";
  return sampling === 100 ? "9" : "4";
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function withReason(requestId: string, reason: string): string {
  return UUID.test(requestId) ? requestId.slice(0, 14) + reason + requestId.slice(15) : requestId;
}

interface Caller {
  readonly ids?: Omit<ProxySpan, "kind">;
  /** Absent: the decision is deferred to this proxy. */
  readonly sampled?: boolean | undefined;
}

const SINGLE = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-([01d])(?:-([0-9a-f]{16}))?)?$/;
const TRACE_ID = /^([0-9a-f]{16}|[0-9a-f]{32})$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const SAMPLED = new Map([
  ["0", false],
  ["1", true],
]);

/** `b3` alone where it is there, else `x-b3-*`. */
function readB3(headers: RequestHeaders): Caller | "malformed" {
  const single = headers["b3"];
  if (single !== undefined) {
    if (single === "0") return { sampled: false };
    if (single === "1" || single === "d") return { sampled: true };
    const [, traceId, spanId, state, parentId] = SINGLE.exec(single) ?? [];
    if (traceId === undefined || spanId === undefined) return "malformed";
    return { ids: { traceId, spanId, parentId }, sampled: state === undefined ? undefined : state !== "0" };
  }
  const sampled = SAMPLED.get(headers["x-b3-sampled"] ?? "");
  const { "x-b3-traceid": traceId, "x-b3-spanid": spanId, "x-b3-parentspanid": parentId } = headers;
  if (traceId === undefined || spanId === undefined) return { sampled };
  if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return "malformed";
  return { ids: { traceId, spanId, parentId }, sampled };
}

/** The proxy's spans, the one whose ID goes out last. */
function makeSpans({ ids }: Caller, role: ProxyRole): ProxySpan[] {
  const first = role.spans === "client" ? "CLIENT" : "SERVER";
  if (ids !== undefined && role.sharedSpan && first === "SERVER") return [{ kind: first, ...ids }];
  const span: ProxySpan = ids === undefined ? root(first, role.traceIdBits) : child(first, ids);
  return role.spans === "server-and-client" ? [span, child("CLIENT", span)] : [span];
}

/** A root's span ID is the low half of its trace ID. */
function root(kind: ProxySpan["kind"], bits: 64 | 128): ProxySpan {
  const traceId = randomBytes(bits / 8).toString("hex");
  return { kind, traceId, spanId: traceId.slice(-16) };
}

function child(kind: ProxySpan["kind"], { traceId, spanId }: { traceId: string; spanId: string }): ProxySpan {
  return { kind, traceId, spanId: randomBytes(8).toString("hex"), parentId: spanId };
}

function writeMulti(headers: Record<string, string>, span: ProxySpan, sampled: boolean): void {
  headers["x-b3-traceid"] = span.traceId;
  headers["x-b3-spanid"] = span.spanId;
  if (span.parentId === undefined) delete headers["x-b3-parentspanid"];
  else headers["x-b3-parentspanid"] = span.parentId;
  headers["x-b3-sampled"] = sampled ? "1" : "0";
}

/** Envoy has no debug of its own: `d` goes on as `1`. */
function formatSingle(span: ProxySpan, sampled: boolean): string {
  const state = `${span.traceId}-${span.spanId}-${sampled ? "1" : "0"}`;
  return span.parentId === undefined ? state : `${state}-${span.parentId}`;
}
