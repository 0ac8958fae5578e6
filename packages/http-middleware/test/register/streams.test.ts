/** Apps that know nothing of tracing, and take streams of http2. */
import { expect, test } from "vitest";
import { IMPORT, INCOMING, start } from "./app.js";

/** Starts an app whose `server` is that JavaScript, and which asks it for each path, once. */
async function spansOf(name: string, server: string, paths: string[]) {
  const code = `import http2 from "node:http2";
    import { createServer } from "node:http";
    import { createRequire } from "node:module";
    import * as esm from "@meshtrace/http-middleware";
    const cjs = createRequire(import.meta.url)("@meshtrace/http-middleware");
    const next = async () => (await fetch(process.env.NEXT)).text();
    const answer = async (stream) => { const text = await next(); stream.respond(); stream.end(text); };
    const server = ${server};
    server.listen(0, "127.0.0.1", () => {
      const session = http2.connect("http://127.0.0.1:" + server.address().port);
      const ask = (path, more) => new Promise((resolve) => {
        const headers = { ":path": path, ...${JSON.stringify(INCOMING)}, ...more };
        session.request(headers).on("close", resolve).resume().end();
      });
      createServer(async (request, response) => {
        await ask(request.url, request.url === "/grpc" ? { ":method": "POST", "content-type": "application/grpc+proto" } : {});
        response.end();
      }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
    });`;
  // The app's own server of HTTP/1.1 is a probe, so that it is not recorded.
  const app = await start(`streams-${name}.mjs`, code, IMPORT);
  for (const path of paths) await fetch(`${app.url}${path}`, { headers: { "user-agent": "kube-probe/1.32" } });
  await app.stop();
  expect(app.said()).toBe("");
  return app;
}

const LISTENER = 'http2.createServer().on("stream", answer)';

test.each([
  ["stream", LISTENER],
  ["stream-of-both-builds", 'http2.createServer().on("stream", esm.traceStream(cjs.traceStream(answer)))'],
  ["request", "http2.createServer(async (_request, response) => response.end(await next()))"],
  ["request-by-hand", "http2.createServer(esm.traceHandler(async (_request, response) => response.end(await next())))"],
  ["both", 'http2.createServer(() => {}).on("stream", answer)'],
])("a server that listens for %s is traced once", { timeout: 20_000 }, async (name, server) => {
  const { reported, received } = await spansOf(name, server, ["/asked"]);
  expect(reported.map(({ kind }) => kind).sort()).toEqual(["CLIENT", "SERVER"]);
  const request = reported.find(({ kind }) => kind === "SERVER");
  expect(request).toMatchObject({ traceId: INCOMING["x-b3-traceid"], id: INCOMING["x-b3-spanid"], shared: true });
  expect(request?.tags).toMatchObject({ "url.path": "/asked", "http.response.status_code": "200" });
  if (name === "both") return;
  const client = reported.find(({ kind }) => kind === "CLIENT");
  expect(client).toMatchObject({ traceId: INCOMING["x-b3-traceid"], parentId: INCOMING["x-b3-spanid"] });
  expect(received[0]).toMatchObject({ "x-b3-spanid": client?.id, "x-request-id": INCOMING["x-request-id"] });
});

test("listeners get all that Node gives them, and the server as `this`", { timeout: 20_000 }, async () => {
  const server = `http2.createServer().on("stream", function (stream, _headers, flags, raw) {
    stream.respond({ ":status": this === server && Number.isInteger(flags) && raw.includes("/asked") ? 200 : 500 });
    stream.end();
  })`;
  const { reported } = await spansOf("arguments", server, ["/asked"]);
  expect(reported.map(({ tags }) => tags["http.response.status_code"])).toEqual(["200"]);
});

test("a stream of gRPC is its interceptor's, and a probe is not recorded", { timeout: 20_000 }, async () => {
  const { reported } = await spansOf("left-alone", LISTENER, ["/grpc", "/healthz", "/asked"]);
  const servers = reported.filter(({ kind }) => kind === "SERVER");
  expect(servers.map(({ tags }) => tags["url.path"])).toEqual(["/asked"]);
});
