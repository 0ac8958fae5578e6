/**
 * The service of the article: `/` says hello, `/gettime` tells the time. One line of tracing, one handler around.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { arch, platform } from "node:os";
import { initTracing, requestId } from "@meshtrace/core";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { context, trace } from "@opentelemetry/api";

const tracing = initTracing();
const { PORT = "8080", HOST = "0.0.0.0", TIME_SERVICE_URL } = process.env;

async function hello(): Promise<string> {
  const greeting = `hello world, I'm running on ${platform()} with an ${arch()} CPU`;
  if (!TIME_SERVICE_URL) return greeting;
  const reply = await tracedFetch(new URL("/gettime", TIME_SERVICE_URL));
  return `${greeting}\n${await reply.text()}`;
}

function getTime(): string {
  const active = context.active();
  const { traceId } = trace.getSpanContext(active) ?? {};
  console.log(JSON.stringify({ message: "Received getTime request", traceId, requestId: requestId(active) }));
  return `The time is ${new Date().toISOString()}`;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split("?")[0];
  try {
    const body = path === "/" ? await hello() : path === "/gettime" ? getTime() : undefined;
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/plain" }).end(body ?? "not found");
  } catch (error) {
    response.writeHead(502, { "content-type": "text/plain" }).end("the time service did not answer");
    console.error(JSON.stringify({ message: "time service", error: String(error) }));
  }
}

const server = createServer(traceHandler(answer));
server.listen(Number(PORT), HOST, () => {
  const address = server.address();
  console.log(JSON.stringify({ listening: typeof address === "object" ? address?.port : address }));
});

process.once("SIGTERM", () => {
  server.close(async () => {
    await tracing.shutdown();
    process.exit(0);
  });
  server.closeIdleConnections();
});
