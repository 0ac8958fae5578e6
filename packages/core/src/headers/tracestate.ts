/**
 * W3C Trace Context's `tracestate`, Level 2, and our member of it.
 *
 *     tracestate = member *( OWS "," OWS member )    at most 32 members
 *     member     = key "=" value
 *     key        = 1*256 of a-z 0-9 _ - * / @, the first one a-z or 0-9
 *     value      = 1*256 printable ASCII without "," and "=", the last one no space
 *     our member = "meshtrace=" span-id
 *
 * Spec: https://www.w3.org/TR/trace-context-2/#tracestate-header
 */
import { trimSpace } from "./header-value.js";

/** What a header states: our mark, and the other members. */
export interface Tracestate {
  /** The span ID with which the sender of both families marked them. */
  readonly mark: string | undefined;
  /**
   * The other well-formed members as they came, ready to be sent on; `undefined` when there are
   * none.
   */
  readonly others: string | undefined;
  /** Whether something was malformed, and left out. */
  readonly malformed: boolean;
}

const MARK = "meshtrace";
const MARK_VALUE = /^[0-9a-f]{16}$/;
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MAX_MEMBERS = 32;
const MAX_LENGTH = 8192;
/** What an absent header states. */
export const NO_TRACESTATE: Tracestate = { mark: undefined, others: undefined, malformed: false };

/** Whether `key` can be a member's key, and `value` its value. */
export function isMember(key: string, value: string): boolean {
  return KEY.test(key) && VALUE.test(value);
}

/**
 * Returns the mark and the other members. Malformed members and repeated keys are left out; reading
 * ends at the limits, between two members. Never throws. `maxLength` is in characters.
 */
export function parseTracestate(text: string | undefined, maxLength = MAX_LENGTH): Tracestate {
  if (text === undefined || text === "") return NO_TRACESTATE;
  let mark: string | undefined;
  let malformed = false;
  let length = 0;
  const others = new Map<string, string>();
  for (let start = 0; start < text.length && others.size < MAX_MEMBERS; ) {
    const comma = text.indexOf(",", start);
    const end = comma < 0 ? text.length : comma;
    const member = trimSpace(text.slice(start, end));
    start = end + 1;
    // Empty members are allowed, and mean nothing.
    if (member === "") continue;
    const equals = member.indexOf("=");
    const key = member.slice(0, Math.max(equals, 0));
    const value = member.slice(equals + 1);
    if (key === MARK) {
      if (!MARK_VALUE.test(value)) malformed = true;
      else mark ??= value;
    } else if (!isMember(key, value)) malformed = true;
    else if (!others.has(key)) {
      length += member.length + 1;
      if (length > maxLength) break;
      others.set(key, member);
    }
  }
  return { mark, others: others.size === 0 ? undefined : [...others.values()].join(","), malformed };
}

/**
 * The other members with our mark in front, as the specification asks of the member written last;
 * 32 at most.
 */
export function addMark(others: string | undefined, spanId: string): string {
  const mark = `${MARK}=${spanId}`;
  if (others === undefined) return mark;
  const members = others.split(",");
  return `${mark},${members.length < MAX_MEMBERS ? others : members.slice(0, MAX_MEMBERS - 1).join(",")}`;
}
