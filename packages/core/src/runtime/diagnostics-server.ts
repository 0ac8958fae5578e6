/**
 * A small HTTP server for `report()` and `config`, so that both can be read in a running pod.
 *
 *     GET /           JSON: { "report": ..., "config": ... }
 *     GET /metrics    the report for Prometheus
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { diag } from "@opentelemetry/api";
import { prometheusText } from "../export/report/prometheus.js";
import { nodeModules } from "../node-modules.js";
import type { Tracing } from "./handle.js";

/** Where the server listens. */
export interface DiagnosticsAddress {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

/**
 * Starts the server and returns the function that closes it. It keeps no process alive. A port in
 * use is logged, and nothing is thrown.
 */
export function serveDiagnostics(
  { host, port }: DiagnosticsAddress,
  tracing: Pick<Tracing, "report" | "config">,
): () => void {
  const server = nodeModules.http.createServer((request, response) => answer(request, response, host, tracing));
  // Its requests are not the app's: instrumentation patches the prototype's `emit`.
  server.emit = nodeModules.events.EventEmitter.prototype.emit;
  server.on("connection", (socket) => socket.unref());
  server.on("error", (error: NodeJS.ErrnoException) =>
    diag.warn(`meshtrace: the report is not served at ${host}:${port}: ${error.code ?? error.message}`),
  );
  // Exclusive: workers of a cluster must not answer for each other.
  server.listen({ host, port, exclusive: true }, () => {
    diag.info(`meshtrace: the report is served at http://${host.includes(":") ? `[${host}]` : host}:${port}/`);
  });
  server.unref();
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

function answer(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  host: string,
  { report, config }: Pick<Tracing, "report" | "config">,
): void {
  const send = (status: number, type: string, text: string): void => {
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", connection: "close" });
    response.end(method === "HEAD" ? undefined : text);
  };
  const path = url.split("?", 1)[0];
  if (method !== "GET" && method !== "HEAD") send(405, "text/plain", "GET only\n");
  else if (LOOPBACK.test(host) && !isLoopback(headers.host)) send(403, "text/plain", "for this host only\n");
  else if (path === "/metrics") send(200, "text/plain; version=0.0.4", prometheusText(report()));
  else if (path === "/") send(200, "application/json", `${JSON.stringify({ report: report(), config }, null, 2)}\n`);
  else send(404, "text/plain", "GET / or GET /metrics\n");
}

/**
 * A page in a browser can resolve its own name to a loopback address; then the header has that
 * name.
 */
function isLoopback(header: string | undefined): boolean {
  return header === undefined || LOOPBACK.test(header.replace(/:\d+$/, "").replace(/^\[|\]$/g, ""));
}
