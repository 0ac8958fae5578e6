/**
 * W3C Baggage.
 *
 *     baggage = member *( OWS "," OWS member )    at most 180 members, 8192 characters
 *     member  = key OWS "=" OWS value *( OWS ";" OWS property )    at most 4096 characters
 *     value   = percent-encoded UTF-8
 *
 * Keys are percent-encoded as well, as OpenTelemetry does it; properties are opaque and go on as
 * they are.
 * Spec: https://www.w3.org/TR/baggage/
 */

/** One member, decoded. */
export interface BaggageMember {
  readonly key: string;
  readonly value: string;
  /** The properties after the first `;`, as they came. */
  readonly metadata?: string;
}

const MAX_MEMBERS = 180;
const MAX_MEMBER_LENGTH = 4096;
const MAX_LENGTH = 8192;
// Control characters and characters beyond Latin-1 make Node's clients throw.
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Returns the members of the values of one or several `baggage` headers. Malformed and oversized
 * members are left out; reading a header stops at the limits. Total: no value makes it throw.
 */
export function parseBaggage(values: readonly unknown[]): BaggageMember[] {
  const members: BaggageMember[] = [];
  let total = 0;
  for (const text of values) {
    if (typeof text !== "string") continue;
    let start = 0;
    while (start < text.length && members.length < MAX_MEMBERS) {
      const comma = text.indexOf(",", start);
      const end = comma < 0 ? text.length : comma;
      const member = end - start <= MAX_MEMBER_LENGTH ? parseMember(text.slice(start, end)) : undefined;
      if (member !== undefined) {
        const longer = total + end - start + (members.length === 0 ? 0 : 1);
        // The next header may still have a member that fits.
        if (longer > MAX_LENGTH) break;
        total = longer;
        members.push(member);
      }
      start = end + 1;
    }
  }
  return members;
}

/** Returns the header's value, or `undefined` when no member fits or can be encoded. */
export function formatBaggage(members: Iterable<BaggageMember>): string | undefined {
  let text = "";
  let count = 0;
  for (const member of members) {
    const encoded = formatMember(member);
    if (encoded === undefined || encoded.length > MAX_MEMBER_LENGTH) continue;
    count += 1;
    if (count > MAX_MEMBERS) break;
    const longer = text === "" ? encoded : `${text},${encoded}`;
    if (longer.length <= MAX_LENGTH) text = longer;
  }
  return text === "" ? undefined : text;
}

function parseMember(text: string): BaggageMember | undefined {
  const semicolon = text.indexOf(";");
  const pair = semicolon < 0 ? text : text.slice(0, semicolon);
  const equals = pair.indexOf("=");
  if (equals <= 0) return undefined;
  const key = decode(pair.slice(0, equals).trim());
  const value = decode(pair.slice(equals + 1).trim());
  if (!key || !value) return undefined;
  return semicolon < 0 || semicolon === text.length - 1
    ? { key, value }
    : { key, value, metadata: text.slice(semicolon + 1) };
}

function formatMember({ key, value, metadata }: BaggageMember): string | undefined {
  try {
    const pair = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
    if (metadata === undefined) return pair;
    return SENDABLE.test(metadata) ? `${pair};${metadata}` : pair;
  } catch {
    // A lone surrogate has no UTF-8.
    return undefined;
  }
}

function decode(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
