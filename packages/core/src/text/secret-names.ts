/**
 * Names of headers, query parameters and options whose values are credentials. Lists of names end
 * too early, so the parts of a name decide: `x-api_key`, `accessToken` and `X-Amz-Signature`.
 */

/** Names that have a part of a secret name, and no secret. */
const HARMLESS_PHRASE = /pass[-_]?through|(?:idempotency|surrogate|cache)[-_]?key/gi;
/** Harmless words that end in `key` or `pass`. */
const HARMLESS_WORDS = new Set(["monkey", "donkey", "turkey", "hockey", "jockey", "hotkey", "bypass", "compass"]);
/**
 * Secret wherever they are in a word: `accesstoken`, `jsessionid`. `auth` counts in all words but
 * `author`, `authority`.
 */
const SECRET_PART =
  /token|secret|passw|passphrase|passcode|cookie|session|sessid|jwt|signature|credential|bearer|dpop|assertion|saml|auth(?!or(?!i[sz])|ority)/;
/** Secret at the end of a word: `apikey`, `accesskeyid`, `dbpass`. */
const SECRET_END = /(?:key(?:s|id)?|pass)$/;
const SECRET_WORDS = new Set(["pwd", "sig", "sign", "hmac", "sid", "otp", "csrf", "xsrf", "oidc", "userinfo"]);
/** Certificates of callers: `x-forwarded-client-cert`. */
const CERTIFICATES = new Set(["cert", "certs", "certificate", "xfcc"]);
/** Browsers have no other place for the token of a WebSocket. */
const SECRET_NAMES = new Set(["sec-websocket-protocol"]);

/**
 * Whether a header, a query parameter or an option with this name carries credentials. Any case,
 * and any separators.
 */
export function isSecretName(name: string): boolean {
  if (SECRET_NAMES.has(name.toLowerCase())) return true;
  return wordsOf(name.replace(HARMLESS_PHRASE, "")).some(isSecretWord);
}

function isSecretWord(word: string): boolean {
  if (HARMLESS_WORDS.has(word)) return false;
  return SECRET_PART.test(word) || SECRET_END.test(word) || SECRET_WORDS.has(word) || CERTIFICATES.has(word);
}

const SEPARATORS = /[^a-z\d]+/;

/**
 * Splits at separators, and also in camelCase: `AWSAccessKeyId` has the word `key`, and `DPoP` is
 * one word.
 */
function wordsOf(name: string): string[] {
  const spaced = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z])(?=[A-Z][a-z])/g, "$1 ");
  return [...name.toLowerCase().split(SEPARATORS), ...spaced.toLowerCase().split(SEPARATORS)];
}

/**
 * Replaces the values of a query's secret parameters, and credentials of URLs in the others.
 * `query` has no question mark. Never throws.
 */
export function redactParameters(query: string, redactValue: (value: string) => string): string {
  return query.replace(/[^&;]+/g, (pair) => {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? "" : pair.slice(0, equals);
    if (isSecretName(decoded(name))) return `${name}=REDACTED`;
    const value = pair.slice(equals + 1);
    return pair.slice(0, equals + 1) + (namesSecret(decoded(value)) ? "REDACTED" : redactValue(value));
  });
}

/** Parameters or JSON in the value of a parameter: `state=%7B%22token%22%3A%22...`. */
const NAME = /(?<![\w.-])([\w.-]+)["']?\s*[=:]/g;

function namesSecret(value: string): boolean {
  if (!value.includes("=") && !value.includes(":")) return false;
  for (const [, name = ""] of value.matchAll(NAME)) if (isSecretName(name)) return true;
  return false;
}

const MAX_ENCODINGS = 3;

/** Percent-decodes `text`, also where it was encoded repeatedly. */
function decoded(text: string): string {
  let result = text;
  try {
    for (let count = 0; count < MAX_ENCODINGS && result.includes("%"); count += 1) result = decodeURIComponent(result);
  } catch {
    // Malformed: what was decoded so far counts.
  }
  return result;
}
