/** A service that asks the next one over gRPC, or, where there is none, answers over gRPC. */
import { createServer } from "node:http";
import grpc from "@grpc/grpc-js";
import { initTracing } from "@meshtrace/core";
import { traceHandler } from "@meshtrace/http-middleware";
import { tracingClientInterceptor, tracingServerInterceptor } from "@meshtrace/http-middleware/grpc";
import { context, trace } from "@opentelemetry/api";

const tracing = initTracing();
const { HOST = "127.0.0.1", PORT = "0", TIME_SERVICE_URL } = process.env;
const listening = (port) => console.log(JSON.stringify({ listening: port }));
const text = {
  requestSerialize: Buffer.from,
  requestDeserialize: String,
  responseSerialize: Buffer.from,
  responseDeserialize: String,
};
const service = { tell: { path: "/hello.Time/Tell", requestStream: false, responseStream: false, ...text } };

function answer() {
  const server = new grpc.Server({ interceptors: [tracingServerInterceptor()] });
  server.addService(service, {
    tell(_call, done) {
      console.log(JSON.stringify({ traceId: trace.getSpanContext(context.active())?.traceId }));
      done(null, "The time is now");
    },
  });
  server.bindAsync(`${HOST}:${PORT}`, grpc.ServerCredentials.createInsecure(), (_error, port) => listening(port));
}

function ask() {
  const Time = grpc.makeGenericClientConstructor(service, "Time");
  const interceptors = [tracingClientInterceptor()];
  const client = new Time(new URL(TIME_SERVICE_URL).host, grpc.credentials.createInsecure(), { interceptors });
  const handler = traceHandler((_request, response) => {
    client.tell("which time", (error, reply) =>
      response.writeHead(error ? 502 : 200).end(error ? error.message : reply),
    );
  });
  const server = createServer(handler).listen(Number(PORT), HOST, () => listening(server.address().port));
}

if (TIME_SERVICE_URL === undefined) answer();
else ask();
process.once("SIGTERM", async () => {
  await tracing.shutdown();
  process.exit(0);
});
