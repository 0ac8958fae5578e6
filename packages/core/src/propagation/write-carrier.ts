/**
 * From values to a carrier: each header written once, and none left on it that says something else.
 */
import type { TextMapSetter } from "@opentelemetry/api";
import type { ContextHeaders } from "../headers/context-headers.js";
import { isAbsent } from "../headers/header-value.js";
import * as name from "../headers/names.js";
import { type CarrierKind, kindOf, PLAIN } from "./carriers.js";
import { nameText } from "./header-list.js";
import { CONTEXT, type HeaderSet, nameHash, OTHER_FAMILY } from "./header-set.js";
import { signedHeaders } from "./signed-headers.js";

/** Writes on a carrier of a kind that we know, after everything stale is removed from it. */
export function writeCarrier(
  carrier: unknown,
  headers: ContextHeaders<string>,
  passThrough: readonly string[],
  set: HeaderSet,
): void {
  const kind = kindOf(carrier);
  if (kind.names === undefined) {
    writeBeside(carrier, kind, headers, passThrough, removeUnwritten(carrier, kind, headers, set));
    return;
  }
  const found = kind === PLAIN ? namesFound(carrier as object, set) : [...kind.names(carrier)];
  if (found === undefined) {
    assign(carrier as Record<string, string>, headers);
    writePassThrough(carrier, kind, passThrough);
    return;
  }
  writeBeside(carrier, kind, headers, passThrough, removeFound(carrier, kind, found, passThrough, set));
}

/**
 * Writes through the caller's own setter, and touches the carrier by nothing else: what `fields()`
 * names. A header that the setter refuses does not keep the others back; the first error is thrown
 * at the end.
 */
export function writeFields(
  carrier: unknown,
  setter: TextMapSetter,
  headers: ContextHeaders<string>,
  passThrough: readonly string[],
  { fields }: HeaderSet,
): void {
  const errors: unknown[] = [];
  const own: TextMapSetter = {
    set(to, header, value) {
      if (!fields.includes(header)) return;
      try {
        setter.set(to, header, value);
      } catch (error) {
        errors.push(error);
      }
    },
  };
  writeHeaders(carrier, own, headers);
  writePassThrough(carrier, own, passThrough);
  if (errors.length > 0) throw errors[0];
}

/** What must stay as it is on the carrier. */
type Kept = ReadonlySet<string> | undefined;

function writeBeside(
  carrier: unknown,
  kind: CarrierKind,
  headers: ContextHeaders<string>,
  passThrough: readonly string[],
  kept: Kept,
): void {
  const setter: TextMapSetter =
    kept === undefined
      ? kind
      : {
          set(to, header, value) {
            if (!kept.has(header)) kind.set(to, header, value);
          },
        };
  writePassThrough(carrier, setter, passThrough);
  writeHeaders(carrier, setter, headers);
}

/** The names of the set on a plain object, as they are spelled; `undefined` for most carriers. */
function namesFound(carrier: object, { filter, roles }: HeaderSet): string[] | undefined {
  let found: string[] | undefined;
  for (const key in carrier) {
    if (filter[nameHash(key)] === 0 || !roles.has(key.toLowerCase())) continue;
    if (found === undefined) found = [key];
    else found.push(key);
  }
  return found;
}

/** Removes what is stale among the names. Headers of a family that is not configured stay. */
function removeFound(
  carrier: unknown,
  kind: CarrierKind,
  found: readonly unknown[],
  passThrough: readonly string[],
  { roles, filter }: HeaderSet,
): Kept {
  let signed: Kept;
  let kept: Set<string> | undefined;
  for (const key of found) {
    const spelled = nameText(key);
    if (spelled === undefined || filter[nameHash(spelled)] === 0) continue;
    const lower = spelled.toLowerCase();
    const role = roles.get(lower);
    if (role === undefined) continue;
    if (kept === undefined) {
      signed = signedHeaders(carrier, kind);
      kept = new Set(signed);
    }
    if (signed?.has(lower)) continue;
    if (role === CONTEXT) kind.remove(carrier, key as string);
    else if (role === OTHER_FAMILY)
      keepFamily(name.B3_HEADERS.includes(lower) ? name.B3_HEADERS : name.W3C_HEADERS, kept);
    else if (isAbsent(kind.get(carrier, key as string)) || (key !== lower && passThrough.includes(lower))) {
      kind.remove(carrier, key as string);
    }
  }
  return kept === undefined || kept.size === 0 ? undefined : kept;
}

/**
 * Another propagator, or the app, is responsible for a family that is on the carrier and not
 * configured.
 */
function keepFamily(family: readonly string[], kept: Set<string>): void {
  for (const header of family) kept.add(header);
}

/**
 * The same for a carrier whose names match in any case: what is written replaces, and the rest is
 * removed.
 */
function removeUnwritten(
  carrier: unknown,
  kind: CarrierKind,
  headers: ContextHeaders<string>,
  { contextHeaders, roles }: HeaderSet,
): Kept {
  const kept = new Set(signedHeaders(carrier, kind));
  for (const header of contextHeaders) {
    if (!kept.has(header) && written(headers, header) === undefined) kind.remove(carrier, header);
  }
  for (const family of [name.B3_HEADERS, name.W3C_HEADERS]) {
    if (roles.get(family[0] as string) !== OTHER_FAMILY) continue;
    if (family.some((header) => !isAbsent(kind.get(carrier, header)))) keepFamily(family, kept);
  }
  return kept;
}

function written(headers: ContextHeaders<string>, header: string): string | undefined {
  switch (header) {
    case name.B3_TRACE_ID:
      return headers.traceId;
    case name.B3_SPAN_ID:
      return headers.spanId;
    case name.B3_PARENT_SPAN_ID:
      return headers.parentSpanId;
    case name.B3_SAMPLED:
      return headers.sampled;
    case name.B3_FLAGS:
      return headers.flags;
    case name.B3_SINGLE:
      return headers.single;
    case name.TRACEPARENT:
      return headers.traceparent;
    default:
      return headers.tracestate;
  }
}

/** The fast way onto a plain object: properties that are named in the source. */
function assign(carrier: Record<string, string>, headers: ContextHeaders<string>): void {
  const { traceId, spanId, parentSpanId, sampled, flags, single, traceparent, tracestate } = headers;
  if (traceId !== undefined) carrier["x-b3-traceid"] = traceId;
  if (spanId !== undefined) carrier["x-b3-spanid"] = spanId;
  if (parentSpanId !== undefined) carrier["x-b3-parentspanid"] = parentSpanId;
  if (sampled !== undefined) carrier["x-b3-sampled"] = sampled;
  if (flags !== undefined) carrier["x-b3-flags"] = flags;
  if (single !== undefined) carrier["b3"] = single;
  if (traceparent !== undefined) carrier["traceparent"] = traceparent;
  if (tracestate !== undefined) carrier["tracestate"] = tracestate;
}

function writeHeaders(carrier: unknown, setter: TextMapSetter, headers: ContextHeaders<string>): void {
  const { traceId, spanId, parentSpanId, sampled, flags, single, traceparent, tracestate } = headers;
  if (traceId !== undefined) setter.set(carrier, name.B3_TRACE_ID, traceId);
  if (spanId !== undefined) setter.set(carrier, name.B3_SPAN_ID, spanId);
  if (parentSpanId !== undefined) setter.set(carrier, name.B3_PARENT_SPAN_ID, parentSpanId);
  if (sampled !== undefined) setter.set(carrier, name.B3_SAMPLED, sampled);
  if (flags !== undefined) setter.set(carrier, name.B3_FLAGS, flags);
  if (single !== undefined) setter.set(carrier, name.B3_SINGLE, single);
  if (traceparent !== undefined) setter.set(carrier, name.TRACEPARENT, traceparent);
  if (tracestate !== undefined) setter.set(carrier, name.TRACESTATE, tracestate);
}

function writePassThrough(carrier: unknown, setter: TextMapSetter, headers: readonly string[]): void {
  for (let index = 0; index < headers.length; index += 2) {
    setter.set(carrier, headers[index] as string, headers[index + 1] as string);
  }
}
