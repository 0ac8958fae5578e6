/**
 * `tracestate` as a span has it. OpenTelemetry's own `TraceState` follows an older grammar, and drops everything over 512
 * characters.
 */
import type { TraceState } from "@opentelemetry/api";
import { isMember, parseTracestate } from "../headers/tracestate.js";

// Registered, so that the ESM and the CommonJS build recognise each other's.
const OTHERS: unique symbol = Symbol.for("meshtrace.tracestate.v1") as never;

/** The members without our mark. `text` is well-formed: what `parseTracestate` gave. Immutable. */
export class MeshTraceState implements TraceState {
  readonly [OTHERS]: string;

  constructor(text: string) {
    this[OTHERS] = text;
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
    return this[OTHERS];
  }

  #without(key: string): string[] {
    return this.#members().filter((other) => keyOf(other) !== key);
  }

  #members(): string[] {
    return this[OTHERS] === "" ? [] : this[OTHERS].split(",");
  }
}

/** The members to send on, without our mark; `undefined` when there are none. */
export function membersOf(state: TraceState): string | undefined {
  const own = (state as { [OTHERS]?: string })[OTHERS];
  return own === undefined ? parseTracestate(state.serialize()).others : own || undefined;
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf("="));
}
