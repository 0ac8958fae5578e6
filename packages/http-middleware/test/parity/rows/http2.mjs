/** Servers of node:http2: streams, and the API that is compatible with node:http. */
import { once } from "node:events";
import { connect, createServer } from "node:http2";
import { listen, turns } from "../tools.mjs";

/** Asks the server, and logs the answer. */
async function ask(row, server, headers = {}) {
  const port = await listen(row, server);
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  const stream = session.request({ ":path": "/a", ...row.kit.headers, ...headers });
  stream.on("response", ({ ":status": status, "x-own": own }) => row.log("client", status, own ?? "none"));
  stream.on("error", (error) => row.log("client", error));
  stream.on("trailers", (trailers) => row.log("client", trailers["x-sum"] ?? "none"));
  stream.end();
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk;
  });
  await once(stream, "close").catch(() => {});
  row.log("client", text, stream.rstCode);
  session.destroy();
  await turns();
}

const streaming = (listener) => async (row) => {
  const server = createServer();
  server.on(
    "stream",
    row.kit.stream((stream, headers, ...rest) => {
      row.log("server", headers[":path"], rest.length, Object.keys(stream).includes("emit"));
      for (const event of ["close", "end", "finish", "error", "aborted"]) {
        stream.on(event, (error) => row.log("events", event, error instanceof Error ? error : "none"));
      }
      return listener(stream, row);
    }),
  );
  await ask(row, server);
};

const compatible = (handler) => async (row) => {
  const server = row.kit.server(
    createServer(
      row.kit.handler((request, response) => {
        row.log("server", request.method, request.url, Object.keys(request), Object.keys(response));
        for (const event of ["close", "finish", "error", "aborted"]) response.on(event, () => row.log("events", event));
        return handler(request, response, row);
      }),
    ),
  );
  await ask(row, server);
};

function oneUncaught(row) {
  process.once("uncaughtException", (error, origin) => row.log("process", error, origin));
}

export const rows = {
  "http2: a stream answers": streaming((stream) => {
    stream.respond({ ":status": 200, "x-own": "1" });
    stream.end("ok");
  }),
  "http2: trailers": streaming((stream) => {
    stream.respond({ ":status": 200 }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1" }));
    stream.end("ok");
  }),
  "http2: a stream is reset": streaming((stream) => stream.close(2)),
  "http2: a stream is destroyed": streaming((stream) => stream.destroy(new Error("own"))),
  "http2: a listener of streams throws": streaming((stream, row) => {
    oneUncaught(row);
    setImmediate(() => stream.close(2));
    throw new Error("boom");
  }),
  "http2: a listener of streams rejects": streaming(async (stream, row) => {
    process.once("unhandledRejection", (error) => {
      row.log("process", error);
      stream.close(2);
    });
    throw new Error("boom");
  }),
  "http2: a request answers": compatible((_request, response) => {
    response.writeHead(201, { "x-own": "1" });
    response.end("ok");
  }),
  "http2: a handler throws": compatible((_request, response, row) => {
    oneUncaught(row);
    setImmediate(() => response.stream.close(2));
    throw new Error("boom");
  }),
  "http2: early hints and a push": compatible((_request, response, row) => {
    response.writeEarlyHints({ link: "</a>; rel=preload" });
    response.createPushResponse({ ":path": "/pushed" }, (error, pushed) => {
      row.log("server", error === null || error === undefined);
      pushed?.end("pushed");
    });
    response.end("ok");
  }),
  "http2: both listeners": async (row) => {
    const server = row.kit.server(createServer(row.kit.handler((_request, response) => response.end("request"))));
    server.on("stream", (stream, headers) => row.log("server", "stream", headers[":path"], stream.headersSent));
    await ask(row, server);
  },
};
