import { createServer } from "node:http";
import { initTracing, type Tracing, type TracingOptions } from "@meshtrace/core";
import { type ServerOptions, tracedFetch, traceHandler } from "@meshtrace/http-middleware";

const options: TracingOptions = { sharedSpan: true };
const tracing: Tracing = initTracing(options);
const named: ServerOptions = { spanName: (request) => `${request.method} by name` };

const server = createServer(
  traceHandler(async (_request, response) => {
    const reply = await tracedFetch(process.env["TIME_SERVICE_URL"] ?? "");
    response.end(await reply.text());
  }, named),
);
server.listen(process.env["PORT"], () => {
  const address = server.address();
  console.log(
    JSON.stringify({ listening: typeof address === "object" && address?.port, started: tracing.report().ended }),
  );
});
