/**
 * The service of the article: `/` says hello, `/gettime` tells the time. One line of tracing, one
 * handler around.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { arch, platform } from "node:os";
import { initTracing, requestId, type Tracing } from "@meshtrace/core";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { context, trace } from "@opentelemetry/api";
import { readSettings } from "./settings.js";

const { settings, problems } = readSettings(process.env);
let tracing: Tracing | undefined;
try {
  tracing = initTracing(problems.length > 0 ? { logLevel: "warn" } : {});
} catch (error) {
  problems.push((error as Error).message);
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}

async function hello(): Promise<string> {
  const greeting = `hello world, I'm running on ${platform()} with an ${arch()} CPU`;
  if (settings.timeService === undefined) return greeting;
  const reply = await tracedFetch(new URL("/gettime", settings.timeService));
  if (!reply.ok) throw new Error(`${settings.timeService.origin} answered ${reply.status}`);
  return `${greeting}\n${await reply.text()}`;
}

function getTime(): string {
  log("Received getTime request");
  return `The time is ${new Date().toISOString()}`;
}

/** One JSON line, from which the request's trace is found. */
function log(message: string, more: object = {}): void {
  const active = context.active();
  const { traceId } = trace.getSpanContext(active) ?? {};
  console.log(JSON.stringify({ message, traceId, requestId: requestId(active), ...more }));
}

const routes = new Map<string, () => string | Promise<string>>([
  ["/", hello],
  ["/gettime", getTime],
  ["/healthz", () => "ok"],
]);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = routes.get(request.url?.split("?")[0] ?? "/");
  const send = (status: number, body: string): void => {
    // Once the server closes, a connection that stayed open would only delay the end.
    if (!server.listening) response.setHeader("connection", "close");
    response.writeHead(status, { "content-type": "text/plain" }).end(body);
  };
  try {
    if (route === undefined) send(404, "not found");
    else send(200, await route());
  } catch (error) {
    log("The time service did not answer", { error: String((error as Error).cause ?? error) });
    send(502, "the time service did not answer");
  }
}

const server = createServer(traceHandler(answer));
server.on("error", (error) => {
  console.error(`HOST=${settings.host} PORT=${settings.port}: ${error.message}`);
  process.exit(1);
});
server.listen(settings.port, settings.host, () => {
  console.log(JSON.stringify({ listening: (server.address() as AddressInfo).port }));
});

process.once("SIGTERM", () => {
  server.close(async () => {
    await tracing?.shutdown();
    process.exit(0);
  });
});
