import { redactUrl } from "./redact-urls.js";

/**
 * Parses a URL. Throws `TypeError` without its credentials; the error of `new URL` has the whole
 * text in `input`.
 */
export function parsedUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new TypeError(`${redactUrl(String(text), { userInfo: "***", query: "***" })}: a URL is expected`);
}
