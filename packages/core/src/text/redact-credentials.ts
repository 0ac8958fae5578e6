/**
 * Removes credentials from the text of errors: those of URLs, of `Authorization` headers, and the
 * values of secret names.
 */
import { redactUrls } from "./redact-urls.js";
import { isSecretName } from "./secret-names.js";

/**
 * The scheme of an `Authorization` header and what looks like its credentials (RFC 9110, section
 * 11.4). Plain words, as in `Basic authentication`, do not.
 */
const AUTHORIZATION =
  /\b(Bearer|bearer|BEARER|Basic|basic|BASIC)[ \t]+(?=[^\s"',]{0,256}?(?:[\d=_+/]|[a-z][A-Z]|\.\w))[^\s"',]+/g;
/** `name=value`, as in connection strings and command lines. */
const PAIR = /(?<![\w.-])([\w.-]+)=("[^"]*"|'[^']*'|[^\s,;&"')}\]]+)/g;
/** `"name": "value"`, as in JSON and in printed objects. */
const MEMBER = /(?<![\w.-])(["']?)([\w.-]+)\1(\s?:\s?)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g;

/** Returns `text` without the credentials that it names. Takes linear time. Never throws. */
export function redactCredentials(text: string): string {
  let redacted = text.replace(AUTHORIZATION, "$1 REDACTED");
  if (redacted.includes("=")) {
    redacted = redacted.replace(PAIR, (pair, name: string) => (isSecretName(name) ? `${name}=REDACTED` : pair));
  }
  if (redacted.includes(":")) {
    redacted = redacted.replace(MEMBER, (member, quote: string, name: string, colon: string, value: string) => {
      const mark = value.charAt(0);
      return isSecretName(name) ? `${quote}${name}${quote}${colon}${mark}REDACTED${mark}` : member;
    });
  }
  return redactUrls(redacted);
}
