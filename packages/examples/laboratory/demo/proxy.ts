/**
 * A proxy of the demo's mesh: takes a request, treats its headers as Envoy does, sends it on, and
 * reports its spans.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http";
import { type Passage, passOn, type RequestHeaders } from "./envoy-headers.js";
import { APP_HOST, type ProxyRole } from "./layouts.js";
import { type Listening, listen } from "./listen.js";
import type { ZipkinSpan } from "./zipkin-json.js";

export interface ProxyOptions {
  readonly role: ProxyRole;
  readonly edge: boolean;
  /** Where requests go: the next proxy or the app. */
  readonly next: URL;
  readonly sampling?: 0 | 100;
  /** Called with what came and what goes, before it goes. */
  readonly onRequest: (path: string, came: RequestHeaders, went: RequestHeaders) => void;
  readonly report: (spans: readonly ZipkinSpan[]) => void;
}

export async function startProxy(options: ProxyOptions): Promise<Listening> {
  return listen(createServer((request, response) => forward(request, response, options)));
}

function forward(request: IncomingMessage, response: ServerResponse, options: ProxyOptions): void {
  const { role, edge, next, sampling = 100 } = options;
  const came = endToEnd(request.headers);
  const passage = passOn(came, role, {
    edge,
    peer: request.socket.remoteAddress ?? "127.0.0.1",
    route: `${APP_HOST}:80`,
    sampling,
  });
  const { method = "GET", url = "/" } = request;
  options.onRequest(url, came, passage.headers);
  const started = now();
  const target = { host: next.hostname, port: next.port, method, path: url, headers: passage.headers };
  const upstream = sendRequest({ ...target, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    answer.pipe(response);
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(503, { "content-type": "text/plain" }).end("upstream connect error");
  });
  request.pipe(upstream);
  // Closed before it was finished: the client went away, and no one waits for the upstream any
  // more.
  response.on("close", () => {
    upstream.destroy();
    options.report(describe(passage, role, { method, url, status: response.statusCode, started }));
  });
}

const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"];

/** The headers that are meant for more than one hop, each as one text. */
function endToEnd(headers: IncomingMessage["headers"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.includes(name)) kept[name] = String(value);
  }
  return kept;
}

/** Microseconds since 1970. */
function now(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000);
}

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly started: number;
}

/**
 * The spans as Envoy's Zipkin tracer writes them; it marks every SERVER span as shared, roots too.
 */
function describe({ headers, spans }: Passage, role: ProxyRole, exchange: Exchange): ZipkinSpan[] {
  const duration = Math.max(now() - exchange.started, 1);
  const tags = {
    component: "proxy",
    node_id: `${role.nodeType}~127.0.0.1~${role.service}~${role.service.split(".")[1]}.svc.cluster.local`,
    "guid:x-request-id": headers["x-request-id"] as string,
    "http.method": exchange.method,
    "http.url": `http://${headers["host"]}${exchange.url}`,
    "http.status_code": String(exchange.status),
  };
  return spans.map(({ kind, traceId, spanId, parentId }, index) => ({
    traceId,
    id: spanId,
    ...(parentId !== undefined && { parentId }),
    kind,
    name: `${APP_HOST}:80/*`,
    // A CLIENT span lies inside its SERVER span.
    timestamp: exchange.started + index,
    duration: Math.max(duration - 2 * index, 1),
    ...(kind === "SERVER" && { shared: true }),
    localEndpoint: { serviceName: role.service, ipv4: "127.0.0.1", port: 0 },
    tags,
  }));
}
