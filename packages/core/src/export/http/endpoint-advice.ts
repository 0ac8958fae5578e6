/**
 * What can be known of a collector's URL before the first request: another backend's port or path.
 */
import { diag } from "@opentelemetry/api";
import { parsedUrl } from "../../text/parsed-url.js";

type Backend = "jaeger" | "zipkin";

const HOME: Readonly<Record<Backend, string>> = {
  jaeger: "Jaeger takes Thrift at http://HOST:14268/api/traces",
  zipkin: "Zipkin takes spans at http://HOST:9411/api/v2/spans",
};

const TAKERS: readonly (readonly [RegExp, string, Backend?])[] = [
  [/:4317(\/|$)/, "port 4317 is OTLP over gRPC"],
  [/:4318(\/|$)|\/v1\/traces$/, "port 4318 and /v1/traces are OTLP over HTTP"],
  [/:(14250|16685)(\/|$)/, "this port speaks gRPC"],
  [/:16686(\/|$)/, "port 16686 is Jaeger's UI, which takes no spans"],
  [/:(6831|6832)(\/|$)/, "ports 6831 and 6832 are UDP: use protocol udp/thrift.compact or udp/thrift.binary"],
  [/\/api\/v1\/spans\/?$/, "this is the path of Zipkin's first API, and its spans are encoded otherwise"],
  [/:9411(\/|$)|\/api\/v2\/spans$/, "this is Zipkin's address", "zipkin"],
  [/:14268(\/|$)|\/api\/traces$/, "this is Jaeger's address for Thrift", "jaeger"],
];

/**
 * What looks wrong with `url` for this backend, and what would be right; `undefined` when nothing
 * does.
 */
export function endpointAdvice(backend: Backend, url: string): string | undefined {
  const { protocol, host, pathname } = parsedUrl(url);
  const where = `${protocol}//${host}${pathname}`;
  for (const [pattern, what, taker] of TAKERS) {
    if (taker !== backend && pattern.test(where)) return `${where}: ${what}; ${HOME[backend]}`;
  }
  return undefined;
}

/**
 * Warns of a URL that looks like another backend's. It is used all the same: a proxy may stand
 * there.
 */
export function adviseOnEndpoint(backend: Backend, url: string): void {
  const advice = endpointAdvice(backend, url);
  if (advice !== undefined) diag.warn(`meshtrace: ${backend}: ${advice}`);
}
