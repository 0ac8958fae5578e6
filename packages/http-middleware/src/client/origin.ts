/**
 * Origins of URLs, parsed once. A service calls few hosts many times.
 */

/** Scheme, host and port of a URL. */
export interface Origin {
  /** As the URL standard serializes it, such as `http://reviews:9080`. */
  readonly text: string;
  /** Without port; IPv6 in brackets. */
  readonly hostname: string;
  /** The port of the URL or of its scheme. */
  readonly port: number;
}

const MAX_ORIGINS = 256;
const origins = new Map<string, Origin>();

/** Returns the origin of a URL that has no path. Returns `undefined` where it cannot be parsed. */
export function parseOrigin(text: string): Origin | undefined {
  const known = origins.get(text);
  if (known !== undefined) return known;
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, hostname, port } = new URL(text);
  const origin = {
    text: `${protocol}//${host}`,
    hostname,
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
  };
  if (origins.size >= MAX_ORIGINS) origins.clear();
  origins.set(text, origin);
  return origin;
}
