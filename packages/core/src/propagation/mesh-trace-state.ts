/**
 * `tracestate` as a span has it. OpenTelemetry's own `TraceState` follows an older grammar, and
 * drops everything over 512 characters.
 */
import type { TraceState } from "@opentelemetry/api";
import { isMember, parseTracestate } from "../headers/tracestate.js";
import { TRACESTATE_OTHERS } from "../process-wide.js";

/** The members without our mark. `text` is well-formed: what `parseTracestate` gave. Immutable. */
export class MeshTraceState implements TraceState {
  readonly [TRACESTATE_OTHERS]: string;

  constructor(text: string) {
    this[TRACESTATE_OTHERS] = text;
  }

  get(key: string): string | undefined {
    const member = this.#members().find((other) => keyOf(other) === key);
    return member?.slice(key.length + 1);
  }

  /** Returns a state with the member in front; one that is malformed is not added. */
  set(key: string, value: string): TraceState {
    const others = this.#without(key);
    if (!isMember(String(key), String(value))) return this;
    return new MeshTraceState(parseTracestate([`${key}=${value}`, ...others].join(",")).others ?? "");
  }

  unset(key: string): TraceState {
    return new MeshTraceState(this.#without(key).join(","));
  }

  serialize(): string {
    return this[TRACESTATE_OTHERS];
  }

  #without(key: string): string[] {
    return this.#members().filter((other) => keyOf(other) !== key);
  }

  #members(): string[] {
    return this[TRACESTATE_OTHERS] === "" ? [] : this[TRACESTATE_OTHERS].split(",");
  }
}

/** The members to send on, without our mark; `undefined` when there are none. */
export function membersOf(state: TraceState): string | undefined {
  const own = (state as { [TRACESTATE_OTHERS]?: string })[TRACESTATE_OTHERS];
  return own === undefined ? parseTracestate(state.serialize()).others : own || undefined;
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf("="));
}
