/**
 * Requests that an agent sends to a proxy in absolute form. The proxy receives the headers too.
 *
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
import http, { type ClientRequest } from "node:http";
import https from "node:https";
import type { CallChain } from "../call-chain.js";
import type { KeptHeaders } from "./kept-headers.js";

/** What is read of agents: Node's own with `proxyEnv`, and those of http-proxy-agent. */
interface ProxyAgent {
  readonly proxy?: { readonly href?: string };
  readonly options?: { readonly proxyEnv?: Readonly<Record<string, string | undefined>> };
}

// Proxy agents call it again after they have changed the path.
type Request = ClientRequest & { readonly agent?: ProxyAgent | null; _implicitHeader?(): void };

/**
 * Removes the headers that tracing wrote if the request goes to a proxy that is no propagation
 * target, or whose host the agent does not name. `path` is the path that the app asked for.
 */
export function decideOnProxy(request: Request, path: unknown, headers: KeptHeaders, chain: CallChain): void {
  const { agent, _implicitHeader } = request;
  if (isAbsolute(request.path)) {
    if (!isAbsolute(path)) removeUnlessTarget(request, headers, chain);
    return;
  }
  if (agent === undefined || agent === null || isPlain(agent) || _implicitHeader === undefined) return;
  request._implicitHeader = () => {
    if (isAbsolute(request.path)) removeUnlessTarget(request, headers, chain);
    _implicitHeader.call(request);
  };
}

function removeUnlessTarget(request: Request, headers: KeptHeaders, chain: CallChain): void {
  const host = proxyHost(request.agent);
  if (host === undefined || !chain.propagatesTo(host)) headers.removeFrom(request);
}

function proxyHost(agent: ProxyAgent | null | undefined): string | undefined {
  const env = agent?.options?.proxyEnv;
  const proxy = agent?.proxy?.href ?? (env?.["http_proxy"] || env?.["HTTP_PROXY"]);
  return typeof proxy === "string" && URL.canParse(proxy) ? new URL(proxy).hostname : undefined;
}

function isAbsolute(path: unknown): boolean {
  return typeof path === "string" && path.charCodeAt(0) !== SLASH && path.includes("://");
}

function isPlain(agent: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(agent);
  return prototype === http.Agent.prototype || prototype === https.Agent.prototype;
}

const SLASH = 47;
