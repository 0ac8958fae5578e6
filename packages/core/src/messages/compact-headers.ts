/**
 * The header set in few headers, for messages with little room: B3 in one header, the most
 * important first.
 */
import {
  B3_FLAGS,
  B3_HEADERS,
  B3_PARENT_SPAN_ID,
  B3_SAMPLED,
  B3_SINGLE,
  B3_SPAN_ID,
  B3_TRACE_ID,
  REQUEST_ID,
  TRACEPARENT,
  TRACESTATE,
  W3C_HEADERS,
} from "../headers/names.js";

/** What goes on a message. */
export interface CompactHeaders {
  /** Names and values, the most important first. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** Names, in lower case, that must not stay on the message as they are. */
  readonly replaced: ReadonlySet<string>;
}

/**
 * Returns the headers that a propagator, which has `fields`, wrote on an empty object. B3 is in the
 * single format, without a parent: consumers do not join.
 */
export function compactHeaders(headers: Readonly<Record<string, string>>, fields: readonly string[]): CompactHeaders {
  const entries: [string, string][] = [];
  const single = headers[B3_SINGLE] ?? asSingle(headers);
  if (single !== undefined) entries.push([B3_SINGLE, single]);
  for (const name of [REQUEST_ID, TRACEPARENT, TRACESTATE]) {
    const value = headers[name];
    if (value !== undefined) entries.push([name, value]);
  }
  for (const name of Object.keys(headers)) {
    if (isMulti(name) || entries.some(([other]) => other === name)) continue;
    entries.push([name, headers[name] as string]);
  }
  const replaced = new Set(entries.map(([name]) => name));
  for (const family of [B3_HEADERS, W3C_HEADERS]) {
    if (family.some((name) => fields.includes(name))) for (const name of family) replaced.add(name);
  }
  return { entries, replaced };
}

function isMulti(name: string): boolean {
  return [B3_TRACE_ID, B3_SPAN_ID, B3_PARENT_SPAN_ID, B3_SAMPLED, B3_FLAGS].includes(name);
}

function asSingle(headers: Readonly<Record<string, string>>): string | undefined {
  const state = stateOf(headers[B3_FLAGS], headers[B3_SAMPLED]);
  const traceId = headers[B3_TRACE_ID];
  const spanId = headers[B3_SPAN_ID];
  if (traceId === undefined || spanId === undefined) return state;
  return state === undefined ? `${traceId}-${spanId}` : `${traceId}-${spanId}-${state}`;
}

/** Headers of a request that is only forwarded have what its caller wrote. */
function stateOf(flags: string | undefined, sampled: string | undefined): string | undefined {
  if (flags === "1") return "d";
  const decision = sampled?.toLowerCase();
  if (decision === "1" || decision === "true") return "1";
  return decision === "0" || decision === "false" ? "0" : undefined;
}
