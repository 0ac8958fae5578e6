/**
 * An app with a gRPC service, and HTTP in front of it: `/unary`, `/clientStream`, `/serverStream`
 * and `/bidi` each make a call of that kind, whose handler calls the next service.
 */
const NAMES = "Server, ServerCredentials, credentials, makeGenericClientConstructor";

/** What such an app imports. */
export const IMPORTS = {
  mjs: `import { createServer } from "node:http";
    import { ${NAMES} } from "@grpc/grpc-js";`,
  cjs: `const { createServer } = require("node:http");
    const { ${NAMES} } = require("@grpc/grpc-js");`,
};

/**
 * The app's code; the interceptors are JavaScript for arrays of them, `callOptions` for the options
 * of each call.
 */
export function grpcApp({ serverInterceptors = "[]", clientInterceptors = "[]", callOptions = "{}" } = {}): string {
  return `
    const bytes = (message) => Buffer.from(JSON.stringify(message));
    const parse = (message) => JSON.parse(message.toString());
    const method = (name, requestStream, responseStream) => ({
      path: "/shop.Reviews/" + name, requestStream, responseStream,
      requestSerialize: bytes, requestDeserialize: parse, responseSerialize: bytes, responseDeserialize: parse,
    });
    const service = {
      unary: method("unary", false, false),
      clientStream: method("clientStream", true, false),
      serverStream: method("serverStream", false, true),
      bidi: method("bidi", true, true),
    };
    const next = async () => (await fetch(process.env.NEXT)).text();
    const whole = (call, then) => call.on("data", () => {}).on("end", then);
    const stream = (call, text) => { call.write(text); call.end(); };
    const server = new Server({ interceptors: ${serverInterceptors} });
    server.addService(service, {
      unary: (call, answer) => next().then((text) => answer(null, text)),
      clientStream: (call, answer) => whole(call, () => next().then((text) => answer(null, text))),
      serverStream: (call) => next().then((text) => stream(call, text)),
      bidi: (call) => whole(call, () => next().then((text) => stream(call, text))),
    });
    function ask(client, kind) {
      return new Promise((resolve, reject) => {
        const unary = kind === "unary" || kind === "clientStream";
        const streams = kind === "clientStream" || kind === "bidi";
        const given = streams ? [${callOptions}] : ["a request", ${callOptions}];
        if (unary) given.push((error, text) => (error === null ? resolve(text) : reject(error)));
        const call = client[kind](...given);
        if (!unary) call.on("data", resolve).on("error", reject);
        if (streams) { call.write("a request"); call.end(); }
      });
    }
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, port) => {
      const Reviews = makeGenericClientConstructor(service, "Reviews");
      const target = "127.0.0.1:" + port;
      const client = new Reviews(target, credentials.createInsecure(), { interceptors: ${clientInterceptors} });
      createServer(async (request, response) => response.end(await ask(client, request.url.slice(1))))
        .listen(0, "127.0.0.1", function () { console.log(this.address().port); });
    });`;
}
