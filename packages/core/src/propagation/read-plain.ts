/**
 * The header set of a plain object with names in lower case: the fast way of nearly every request.
 * A property that is named in the source costs about half of one that is named by a variable, so
 * the known names are written out.
 */

import type { ContextHeaders } from "../headers/context-headers.js";
import * as name from "../headers/names.js";
import type { HeaderSet } from "./header-set.js";
import { interpret, NOTHING_PASSED } from "./interpret-headers.js";
import { addPassThrough } from "./pass-through.js";
import type { MeshState } from "./request-context.js";

const DEFAULTS = name.PASS_THROUGH.length;

/** What the headers say. May throw what a property's getter throws. */
export function readPlain(headers: Readonly<Record<string, unknown>>, set: HeaderSet): MeshState | undefined {
  const passThrough = readForwarded(headers, set);
  const { b3, w3c } = set;
  const traceId = b3 ? headers["x-b3-traceid"] : undefined;
  const traceparent = w3c ? headers["traceparent"] : undefined;
  const raw: ContextHeaders = {
    traceId,
    spanId: traceId === undefined ? undefined : headers["x-b3-spanid"],
    parentSpanId: traceId === undefined ? undefined : headers["x-b3-parentspanid"],
    sampled: b3 ? headers["x-b3-sampled"] : undefined,
    flags: b3 ? headers["x-b3-flags"] : undefined,
    single: b3 ? headers["b3"] : undefined,
    traceparent,
    tracestate: traceparent === undefined ? undefined : headers["tracestate"],
  };
  return interpret(raw, passThrough ?? NOTHING_PASSED, set);
}

function readForwarded(headers: Readonly<Record<string, unknown>>, set: HeaderSet): string[] | undefined {
  let passed: string[] | undefined;
  let value: unknown;
  if (set.defaultsFirst) {
    value = headers["x-request-id"];
    if (value !== undefined) passed = addPassThrough(passed, name.REQUEST_ID, value, set);
    value = headers["x-ot-span-context"];
    if (value !== undefined) passed = addPassThrough(passed, "x-ot-span-context", value, set);
    value = headers["grpc-trace-bin"];
    if (value !== undefined) passed = addPassThrough(passed, "grpc-trace-bin", value, set);
    value = headers["x-cloud-trace-context"];
    if (value !== undefined) passed = addPassThrough(passed, "x-cloud-trace-context", value, set);
    value = headers["x-datadog-trace-id"];
    if (value !== undefined) passed = addPassThrough(passed, "x-datadog-trace-id", value, set);
    value = headers["x-datadog-parent-id"];
    if (value !== undefined) passed = addPassThrough(passed, "x-datadog-parent-id", value, set);
    value = headers["x-datadog-sampling-priority"];
    if (value !== undefined) passed = addPassThrough(passed, "x-datadog-sampling-priority", value, set);
    value = headers["x-datadog-tags"];
    if (value !== undefined) passed = addPassThrough(passed, "x-datadog-tags", value, set);
    value = headers["x-datadog-origin"];
    if (value !== undefined) passed = addPassThrough(passed, "x-datadog-origin", value, set);
    value = headers["sw8"];
    if (value !== undefined) passed = addPassThrough(passed, "sw8", value, set);
  }
  const names = set.passThrough;
  for (let index = set.defaultsFirst ? DEFAULTS : 0; index < names.length; index += 1) {
    const header = names[index] as string;
    passed = addPassThrough(passed, header, headers[header], set);
  }
  return passed;
}
