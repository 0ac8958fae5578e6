import hapi from "@hapi/hapi";
import { hapiTracing } from "../../src/server/adapters/hapi.js";
import { describeServer } from "./contract.js";
import type { Service } from "./service.js";

async function start({ options, raw, text, throws, rejects }: Service) {
  const server = hapi.server({ port: 0, host: "127.0.0.1", debug: false });
  await server.register({ plugin: hapiTracing as never, options });
  const payload = { output: "stream", parse: false, maxBytes: 1e8 } as const;
  const handler = ({ raw: { req, res } }: hapi.Request, toolkit: hapi.ResponseToolkit) => {
    raw(req, res);
    return toolkit.abandon;
  };
  server.route([
    { method: "GET", path: "/raw/{rest*}", handler },
    { method: "POST", path: "/raw/{rest*}", handler, options: { payload } },
    { method: "GET", path: "/users/{id}", handler: (request) => text(String(request.params["id"])) },
    { method: "GET", path: "/api/things/{thing}", handler: (request) => text(String(request.params["thing"])) },
    { method: "GET", path: "/throws", handler: () => throws() },
    { method: "GET", path: "/rejects", handler: () => rejects() },
  ]);
  await server.start();
  return { port: server.info.port as number, close: () => server.stop({ timeout: 1 }) };
}

describeServer({
  name: "hapi 21",
  start,
  parameter: (name) => `{${name}}`,
});
