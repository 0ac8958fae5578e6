/**
 * Which headers a propagator reads, writes and forwards, prepared once when it is made.
 */
import type { Family } from "../headers/families.js";
import {
  B3_FLAGS,
  B3_HEADERS,
  B3_PARENT_SPAN_ID,
  B3_SAMPLED,
  B3_SINGLE,
  B3_SPAN_ID,
  B3_TRACE_ID,
  PASS_THROUGH,
  REQUEST_ID,
  W3C_HEADERS,
} from "../headers/names.js";

/** A format of the propagator, by the name that `OTEL_PROPAGATORS` has for it. */
export type PropagationFormat = "b3" | "b3multi" | "tracecontext";

/** What a name on a carrier is to a propagator. */
export const CONTEXT = 1;
export const FORWARDED = 2;
/** Forwarded, because no configured format writes it. */
export const OTHER_FAMILY = 3;
export type Role = typeof CONTEXT | typeof FORWARDED | typeof OTHER_FAMILY;

export interface HeaderSet {
  /** The configured families, the preferred one first. */
  readonly families: readonly Family[];
  readonly b3: boolean;
  readonly w3c: boolean;
  /** The formats in which B3 is written. */
  readonly b3Single: boolean;
  readonly b3Multi: boolean;
  readonly prefer: "single" | "multi" | undefined;
  /**
   * Lower case, each once: what goes on byte for byte, a family that no configured format writes
   * included.
   */
  readonly passThrough: readonly string[];
  /** Whether `passThrough` begins with the default list. */
  readonly defaultsFirst: boolean;
  readonly roles: ReadonlyMap<string, Role>;
  /** The headers of the configured families. */
  readonly contextHeaders: readonly string[];
  /** The headers of the formats to write, and the request ID where it is forwarded. */
  readonly fields: readonly string[];
  /** By `nameHash`: zero where no name of the set, in any case, has that hash. */
  readonly filter: Uint8Array;
  /** Never throws. */
  readonly onMalformed: (header: string) => void;
}

export interface HeaderSetOptions {
  readonly propagators: readonly PropagationFormat[];
  readonly prefer: "single" | "multi" | undefined;
  readonly passThrough: readonly string[];
  readonly onMalformed: (header: string) => void;
}

export function headerSet({ propagators, prefer, passThrough, onMalformed }: HeaderSetOptions): HeaderSet {
  const families = [...new Set(propagators.map((format): Family => (format === "tracecontext" ? "w3c" : "b3")))];
  const b3 = families.includes("b3");
  const w3c = families.includes("w3c");
  const contextHeaders = [...(b3 ? B3_HEADERS : []), ...(w3c ? W3C_HEADERS : [])];
  const otherFamilies = [...(b3 ? [] : B3_HEADERS), ...(w3c ? [] : W3C_HEADERS)];
  const forwarded = new Set<string>();
  for (const name of [...passThrough, ...otherFamilies]) {
    const lower = name.toLowerCase();
    if (!contextHeaders.includes(lower)) forwarded.add(lower);
  }
  const list = [...forwarded];
  const roles = new Map<string, Role>();
  for (const name of list) roles.set(name, otherFamilies.includes(name) ? OTHER_FAMILY : FORWARDED);
  for (const name of contextHeaders) roles.set(name, CONTEXT);
  const filter = new Uint8Array(FILTER_SIZE);
  for (const name of roles.keys()) filter[nameHash(name)] = 1;
  // Plain objects that are carriers of their own kind have these methods.
  for (const method of ["get", "keys"]) filter[nameHash(method)] = 1;
  const b3Single = propagators.includes("b3");
  const b3Multi = b3 && (propagators.includes("b3multi") || !b3Single);
  const fields = [
    ...(b3Single ? [B3_SINGLE] : []),
    ...(b3Multi ? [B3_TRACE_ID, B3_SPAN_ID, B3_PARENT_SPAN_ID, B3_SAMPLED, B3_FLAGS] : []),
    ...(w3c ? W3C_HEADERS : []),
    ...(forwarded.has(REQUEST_ID) ? [REQUEST_ID] : []),
  ];
  return {
    families,
    b3,
    w3c,
    b3Single,
    b3Multi,
    prefer,
    passThrough: list,
    defaultsFirst: PASS_THROUGH.every((name, index) => list[index] === name),
    roles,
    contextHeaders,
    fields,
    filter,
    onMalformed,
  };
}

const FILTER_SIZE = 64 * 32;

/**
 * A number for a name: of its length and its last character, the same in every case of letters.
 * Cheap to compute, and it tells nearly all headers of a request apart from those of the set.
 */
export function nameHash(name: string): number {
  const { length } = name;
  return ((length & 63) << 5) | (name.charCodeAt(length - 1) & 31);
}
