/**
 * An app with OpenTelemetry's instrumentations beside ours: for each client it receives two
 * requests, and makes a call in each. Prints, for each client, the headers that arrived at the next
 * service, and the spans of the second request.
 */
const [order] = process.argv.slice(2);
const { once } = require("node:events");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
const { initTracing } = require("@meshtrace/core");

const INCOMING = {
  "x-request-id": "rid",
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-sampled": "1",
};
const memory = new InMemorySpanExporter();
let tracing;
const ours = () => {
  tracing = initTracing({ serviceName: "test", exporter: memory, shutdown: false });
  if (order.includes("register")) require("@meshtrace/http-middleware/register");
  else require("@meshtrace/http-middleware");
};
const theirs = () =>
  registerInstrumentations({
    instrumentations: ["http", "undici", "grpc"].map((name) => {
      const exported = Object.values(require(`@opentelemetry/instrumentation-${name}`));
      const Instrumentation = exported.find((value) => /Instrumentation$/.test(value?.name));
      return new Instrumentation();
    }),
  });
for (const step of order.startsWith("otel") ? [theirs, ours] : [ours, theirs]) step();

// Loaded after the instrumentations, which patch what is required later.
const http = require("node:http");
const net = require("node:net");
const grpc = require("@grpc/grpc-js");
const undici = require("undici");
const registered = order.includes("register");
const { traceHandler, tracedFetch } = require("@meshtrace/http-middleware");
const { tracedHttp } = require("@meshtrace/http-middleware/http");
const { undiciTracing } = require("@meshtrace/http-middleware/undici");
const { tracingClientInterceptor, tracingServerInterceptor } = require("@meshtrace/http-middleware/grpc");

const text = { requestSerialize: Buffer.from, requestDeserialize: String };
const greet = { path: "/hello.Greeter/Greet", requestStream: false, responseStream: false, ...text };
const service = { greet: { ...greet, responseSerialize: Buffer.from, responseDeserialize: String } };
const adapter = (made) => (registered ? {} : { interceptors: [made()] });
const Greeter = grpc.makeGenericClientConstructor(service, "Greeter");

const calls = {
  fetch: async (url) => (await (registered ? fetch : tracedFetch)(url)).text(),
  undici: async (url) => {
    const dispatcher = registered ? undefined : new undici.Agent().compose(undiciTracing());
    return (await undici.request(url, { dispatcher })).body.text();
  },
  http: async (url) => {
    const [response] = await once((registered ? http : tracedHttp).get(url), "response");
    for await (const _chunk of response);
  },
  grpc: (url) =>
    new Promise((resolve, reject) => {
      const greeter = new Greeter(url, grpc.credentials.createInsecure(), adapter(tracingClientInterceptor));
      greeter.greet("mesh", (error, answer) => (error ? reject(error) : resolve(answer)));
    }),
};

/** Starts the service that is called. It adds the headers of each call to `received`. */
async function nextService(client, received) {
  if (client === "grpc") {
    const server = new grpc.Server(adapter(tracingServerInterceptor));
    server.addService(service, {
      greet(call, done) {
        const names = Object.keys(call.metadata.getMap());
        received.push(Object.fromEntries(names.map((name) => [name, call.metadata.get(name)])));
        done(null, "hello");
      },
    });
    const credentials = grpc.ServerCredentials.createInsecure();
    const port = await new Promise((resolve) =>
      server.bindAsync("127.0.0.1:0", credentials, (_e, bound) => resolve(bound)),
    );
    return `127.0.0.1:${port}`;
  }
  const server = http.createServer((request, response) => {
    received.push(request.headersDistinct);
    response.end("noon");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${server.address().port}/next`;
}

async function run(client) {
  const received = [];
  const url = await nextService(client, received);
  const handler = async (_request, response) => {
    await calls[client](url);
    response.end();
  };
  const server = http.createServer(registered ? handler : traceHandler(handler));
  await once(server.listen(0, "127.0.0.1"), "listening");
  for (let index = 0; index < 2; index += 1) {
    await tracing.flush();
    memory.reset();
    // The caller itself is not traced.
    const caller = net.connect(server.address().port, "127.0.0.1");
    const lines = Object.entries({ host: "app", connection: "close", ...INCOMING }).map((pair) => pair.join(": "));
    caller.write(`GET / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    const [response] = await once(caller, "data");
    caller.destroy();
    if (!String(response).startsWith("HTTP/1.1 200")) throw new Error(String(response));
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  }
  await tracing.flush();
  const spans = memory.getFinishedSpans().map((span) => ({
    kind: span.kind,
    scope: span.instrumentationScope.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    traceId: span.spanContext().traceId,
  }));
  return { received, spans };
}

async function main() {
  const reported = {};
  for (const client of Object.keys(calls)) reported[client] = await run(client);
  console.log(JSON.stringify(reported));
  process.exit();
}
main();
