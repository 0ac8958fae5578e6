/**
 * The pass-through set from a list or from a change of the default.
 */
import type { TextMapPropagator } from "@opentelemetry/api";
import { CONTEXT_HEADERS, PASS_THROUGH, TRACEPARENT, TRACESTATE } from "../headers/names.js";
import type { ConfigProblem } from "./config-error.js";
import { PROCESS_SETTINGS } from "./schema.js";
import type { PropagatorName } from "./setting-names.js";
import type { SettingReader } from "./setting-reader.js";
import type { PassThroughChange } from "./tracing-types.js";

/** Returns the list that `setting` means. */
export function passThroughList(setting: readonly string[] | PassThroughChange): readonly string[] {
  if (isList(setting)) return setting;
  const { add = [], remove = [] } = setting;
  const removed = new Set(remove.map((header) => header.toLowerCase()));
  return Object.freeze([...PASS_THROUGH, ...add].filter((header) => !removed.has(header.toLowerCase())));
}

function isList(setting: readonly string[] | PassThroughChange): setting is readonly string[] {
  return Array.isArray(setting);
}

const W3C_HEADERS: readonly string[] = [TRACEPARENT, TRACESTATE];
const B3_HEADERS = CONTEXT_HEADERS.filter((header) => !W3C_HEADERS.includes(header));
const HEADERS: Readonly<Record<PropagatorName, readonly string[]>> = {
  b3: B3_HEADERS,
  b3multi: B3_HEADERS,
  tracecontext: W3C_HEADERS,
  baggage: ["baggage"],
  none: [],
};

/**
 * Finds what can have no effect: headers that a propagator writes itself, and any list without our
 * propagator.
 */
export function passThroughProblems(
  reader: SettingReader,
  propagators: readonly (PropagatorName | TextMapPropagator)[],
  passThrough: readonly string[],
): ConfigProblem[] {
  if (propagators.length > 0 && propagators.every((propagator) => typeof propagator !== "string")) {
    if (!reader.hasOption(PROCESS_SETTINGS.passThrough)) return [];
    const allowed = "has no effect: none of the propagators is ours, and only ours forward headers";
    return [{ name: "passThrough", value: passThrough.join(","), allowed }];
  }
  const source = reader.find(PROCESS_SETTINGS.passThrough)?.source ?? "default";
  return propagators.flatMap((propagator) => {
    if (typeof propagator !== "string") return [];
    const written = passThrough.filter((header) => HEADERS[propagator].includes(header.toLowerCase()));
    const allowed = `has no effect: the propagator ${propagator} writes this header`;
    return written.map((header) => ({ name: source === "option" ? "passThrough" : source, value: header, allowed }));
  });
}
