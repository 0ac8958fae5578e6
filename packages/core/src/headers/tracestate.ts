/**
 * W3C Trace Context's `tracestate`, and our member of it.
 *
 *     tracestate = member *( OWS "," OWS member )    at most 32 members
 *     member     = key "=" value
 *     key        = 1*256 of a-z 0-9 _ - * / @, the first one a-z or 0-9
 *     value      = 1*256 printable ASCII without "," and "=", the last one no space
 *     our member = "meshtrace=" span-id
 *
 * Spec: https://www.w3.org/TR/trace-context/#tracestate-header
 */

/** What a header states: our mark, and the members of everybody else. */
export interface Tracestate {
  /** The span ID that whoever sent both families marked them with. */
  readonly mark: string | undefined;
  /** The other well-formed members, ready to be sent on; `undefined` when there are none. */
  readonly others: string | undefined;
  /** Whether something was malformed, and left out. */
  readonly malformed: boolean;
}

const MARK = "meshtrace";
const MARK_VALUE = /^[0-9a-f]{16}$/;
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MOST_MEMBERS = 32;
const NOTHING: Tracestate = { mark: undefined, others: undefined, malformed: false };

/** The mark and the other members. Malformed ones, repeated keys and what is beyond 32 are left out. Total. */
export function parseTracestate(text: string | undefined): Tracestate {
  if (text === undefined || text === "") return NOTHING;
  let mark: string | undefined;
  let malformed = false;
  const others = new Map<string, string>();
  for (const part of text.split(",")) {
    const member = part.trim();
    // Empty members are allowed, and mean nothing.
    if (member === "") continue;
    const at = member.indexOf("=");
    const key = member.slice(0, Math.max(at, 0));
    const value = member.slice(at + 1);
    const own = key === MARK;
    if (own ? !MARK_VALUE.test(value) : !KEY.test(key) || !VALUE.test(value)) malformed = true;
    else if (own) mark ??= value;
    else if (!others.has(key) && others.size < MOST_MEMBERS) others.set(key, member);
  }
  return { mark, others: others.size === 0 ? undefined : [...others.values()].join(","), malformed };
}

/** The other members with our mark in front, as the specification asks of the member written last; 32 at most. */
export function addMark(others: string | undefined, spanId: string): string {
  const mark = `${MARK}=${spanId}`;
  if (others === undefined) return mark;
  const members = others.split(",");
  return `${mark},${members.length < MOST_MEMBERS ? others : members.slice(0, MOST_MEMBERS - 1).join(",")}`;
}
