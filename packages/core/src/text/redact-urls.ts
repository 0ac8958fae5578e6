/**
 * Removes the credentials that URLs in text carry: user info, queries, and fragments with
 * parameters.
 *
 * Spec: RFC 3986, sections 3.2.1 (user info) and 3.4 (query). Errors print URLs as the app wrote
 * them, so URLs that no parser accepts count as well. Where text is ambiguous, more is removed than
 * needed.
 */

import { isSecretName } from "./secret-names.js";

/** What replaces user info, and what replaces a query. */
export interface Replacement {
  readonly userInfo: string;
  readonly query: string;
}

const IN_SPANS: Replacement = { userInfo: "REDACTED:REDACTED", query: "REDACTED" };

/**
 * Quotes end a URL that starts right after them. `'` is absent: it is allowed in user info and
 * queries.
 */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "`": "`", "<": ">" };
const OPENING = /["`<]/g;
const CANDIDATE = /[@?#%;]/;
/** A parameter of a path segment (RFC 3986, section 3.3), such as `;jsessionid=...`. */
const PATH_PARAMETER = /;([^\s;=/?#]{1,64})=[^\s;/?#"`<>]*/g;
const WORD = /\S+/g;
/** The furthest that user info with white space in it is followed. */
const MAX_BROKEN_USER_INFO = 256;

/**
 * Returns `text` without the user info and queries of its URLs. Takes linear time. Never throws.
 */
export function redactUrls(text: string, replacement: Replacement = IN_SPANS): string {
  if (!CANDIDATE.test(text)) return text;
  let result = "";
  let from = 0;
  WORD.lastIndex = 0;
  for (let word = WORD.exec(text); word !== null; word = WORD.exec(text)) {
    result += text.slice(from, word.index);
    from = word.index + word[0].length;
    const end = endOfBrokenUserInfo(text, word[0], from);
    result += redactWord(text.slice(word.index, end), replacement);
    from = end;
    WORD.lastIndex = end;
  }
  return result + text.slice(from);
}

/**
 * Redacts a text that is one URL, with or without scheme, even if it contains white space. Never
 * throws.
 */
export function redactUrl(url: string, replacement: Replacement = IN_SPANS): string {
  return redactPiece(url, replacement, true);
}

/**
 * `http://bob:my password@host`, or a password read from a file with a line break at its end:
 * returns the end of the word that has the `@`, or `end` for other words.
 */
function endOfBrokenUserInfo(text: string, word: string, end: number): number {
  const slashes = word.lastIndexOf("//");
  const authority = word.slice(slashes + 2);
  if (slashes < 0 || authority === "" || /[@/?#]/.test(authority)) return end;
  const ahead = text.slice(end, end + MAX_BROKEN_USER_INFO);
  const at = (isHostAndPort(authority) ? NEXT_WORD : SAME_LINE_OR_NEXT_WORD).exec(ahead);
  if (at === null || (isHostAndPort(authority) && !authority.endsWith(":") && !/^\s+@/.test(at[0]))) return end;
  return end + at[0].length;
}

/** White space, and a word with `@`. */
const NEXT_WORD = /^\s+[^\s@]*@\S*/;
const SAME_LINE_OR_NEXT_WORD = /^(?:[^\n]*?|\s+[^\s@]*)@\S*/;

function redactWord(word: string, replacement: Replacement): string {
  if (!CANDIDATE.test(word)) return word;
  let result = "";
  let from = 0;
  while (from < word.length) {
    const closing = CLOSING[word.charAt(from)];
    if (closing !== undefined) {
      const close = word.indexOf(closing, from + 1);
      const end = close < 0 ? word.length : close;
      result += word.charAt(from) + redactPiece(word.slice(from + 1, end), replacement, false) + word.charAt(end);
      from = end + 1;
      continue;
    }
    OPENING.lastIndex = from;
    const end = OPENING.exec(word)?.index ?? word.length;
    const piece = word.slice(from, end);
    const redacted = redactPiece(piece, replacement, false);
    // A URL that no quote opened is not ended by one either.
    if (redacted !== piece) return result + redactPiece(word.slice(from), replacement, false);
    result += piece;
    from = end;
  }
  return result;
}

const SEGMENT = /[^/\\]+/g;
const ENCODED_SLASHES = /%(?:25)*2F%(?:25)*2F/i;
const ENCODED_COLON = /%(?:25)*3A(?!%(?:25)*2F)/i;
const ENCODED_QUERY = /%(?:25)*3F/i;

function redactPiece(piece: string, replacement: Replacement, isUrl: boolean): string {
  const redacted = redactRaw(piece, replacement, isUrl);
  const encoded = encodedStart(redacted);
  const plain = encoded < 0 ? redacted : redacted.slice(0, encoded) + replacement.query;
  if (!plain.includes(";")) return plain;
  return plain.replace(PATH_PARAMETER, (parameter, name: string) =>
    isSecretName(name) ? `;${name}=${replacement.query}` : parameter,
  );
}

function redactRaw(piece: string, replacement: Replacement, isUrl: boolean): string {
  const lastAt = piece.lastIndexOf("@");
  const stop = queryStart(piece);
  let result = "";
  let from = 0;
  let sawUrl = isUrl;
  SEGMENT.lastIndex = 0;
  for (let match = SEGMENT.exec(piece); match !== null && match.index < stop; match = SEGMENT.exec(piece)) {
    const start = match.index;
    const end = Math.min(start + match[0].length, stop);
    const segment = piece.slice(start, end);
    const isAuthority = (start === 0 && isUrl) || followsSlashes(piece, start);
    sawUrl ||= isAuthority;
    const at = userInfoEnd(segment, isAuthority);
    if (at > 0) {
      result += piece.slice(from, start) + replacement.userInfo;
      from = start + at;
    } else if (isAuthority && lastAt > end && at < 0 && !isHostAndPort(segment)) {
      // Neither host nor host and port: a password with a slash or question mark in it.
      result += piece.slice(from, start) + replacement.userInfo;
      const rest = piece.slice(lastAt);
      return result + (stop < lastAt ? `@${replacement.query}` : redactRaw(rest, replacement, true));
    }
  }
  return result + piece.slice(from, stop) + redactQuery(piece, stop, sawUrl, replacement);
}

/** Returns the index after which percent-encoded credentials are, or -1. */
function encodedStart(piece: string): number {
  if (!piece.includes("%")) return -1;
  const start = (delimiter: RegExp, needed: RegExp): number => {
    const match = delimiter.exec(piece);
    const end = match === null ? -1 : match.index + match[0].length;
    return match !== null && needed.test(piece.slice(end)) ? end : Number.POSITIVE_INFINITY;
  };
  const first = Math.min(
    start(ENCODED_SLASHES, /[@?]|%(?:25)*(?:40|3F)/i),
    start(ENCODED_QUERY, /=|%(?:25)*3D/i),
    start(ENCODED_COLON, /%(?:25)*40/i),
  );
  return first === Number.POSITIVE_INFINITY ? -1 : first;
}

/**
 * Returns the index of the query, or of a fragment with parameters; the length where there is
 * neither.
 */
function queryStart(piece: string): number {
  const query = piece.indexOf("?");
  const fragment = piece.indexOf("#");
  const end = query < 0 ? piece.length : query;
  return fragment >= 0 && fragment < end && piece.includes("=", fragment) && !piece.includes("@", fragment)
    ? fragment
    : end;
}

/**
 * Whether an authority may start here: after `//`, and after `:/`, which the URL standard reads the
 * same way.
 */
function followsSlashes(piece: string, start: number): boolean {
  return start >= 2 && /^[:/\\][/\\]$/.test(piece.slice(start - 2, start));
}

/** Returns the length of the segment's user info; 0 or less where there is none. */
function userInfoEnd(segment: string, isAuthority: boolean): number {
  const at = segment.lastIndexOf("@");
  return at < 0 || isAuthority || segment.lastIndexOf(":", at) >= 0 ? at : 0;
}

const HOST_AND_PORT = /^(?:\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/;

function isHostAndPort(authority: string): boolean {
  return HOST_AND_PORT.test(authority.slice(0, authority.length - punctuationAtEnd(authority)));
}

function redactQuery(piece: string, stop: number, sawUrl: boolean, { query }: Replacement): string {
  const rest = piece.slice(stop + 1);
  const mark = piece.slice(stop, stop + 1);
  const isQuery = sawUrl || rest.includes("=") || (/^[\w%]/.test(rest) && /[/\\]/.test(piece.slice(0, stop)));
  if (rest === "" || !isQuery) return mark + rest;
  return mark + query + endOfSentence(piece, rest);
}

/**
 * What follows a URL in a sentence or a stack frame: punctuation, and line and column in a file.
 */
function endOfSentence(piece: string, rest: string): string {
  const position = /(?:file|webpack)/.test(piece.slice(0, 10)) ? /:\d{1,7}:\d{1,7}\)?$/.exec(rest.slice(-20)) : null;
  return position?.[0] ?? rest.slice(rest.length - Math.min(punctuationAtEnd(rest), rest.length - 1, 3));
}

function punctuationAtEnd(text: string): number {
  let length = 0;
  while (length < text.length && "'\"),.;:!}>\\".includes(text.charAt(text.length - 1 - length))) length += 1;
  return length;
}
