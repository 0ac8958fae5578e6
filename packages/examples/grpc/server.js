import { createServer } from "node:http";
import grpc from "@grpc/grpc-js";
import { initTracing } from "@meshtrace/core";
import { tracedFetch, traceHandler } from "@meshtrace/http-middleware";
import { tracingClientInterceptor, tracingServerInterceptor } from "@meshtrace/http-middleware/grpc";

initTracing();

const text = {
  requestSerialize: Buffer.from,
  requestDeserialize: String,
  responseSerialize: Buffer.from,
  responseDeserialize: String,
};
const service = { now: { path: "/time.Clock/Now", requestStream: false, responseStream: false, ...text } };

// The gRPC service asks the time service over HTTP.
const clock = new grpc.Server({ interceptors: [tracingServerInterceptor()] });
clock.addService(service, {
  async now(_call, done) {
    const reply = await tracedFetch(process.env.TIME_SERVICE_URL);
    done(null, await reply.text());
  },
});
const port = await new Promise((resolve, reject) => {
  const credentials = grpc.ServerCredentials.createInsecure();
  clock.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
});

// The HTTP service asks the gRPC service.
const Clock = grpc.makeGenericClientConstructor(service, "Clock");
const client = new Clock(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
  interceptors: [tracingClientInterceptor()],
});
const handler = traceHandler((_request, response) => {
  client.now("now", (error, time) => {
    response.statusCode = error ? 502 : 200;
    response.end(error ? error.message : time);
  });
});
createServer(handler).listen(Number(process.env.PORT));
