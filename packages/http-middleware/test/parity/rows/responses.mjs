/** What a handler does to its response, and which bytes the client gets. */
import { pipeline, Readable } from "node:stream";
import { exchange, headerLines, logEvents, rawRequest, serve, turns } from "../tools.mjs";

/** Logs the bytes of the answer, and the events of both objects in order. */
const answering =
  (handler, request = {}) =>
  async (row) => {
    const { port } = await serve(row, async (incoming, response) => {
      logEvents(row, "events", incoming, ["data", "end", "error", "close", "aborted", "pause", "resume"].slice(1, 5));
      logEvents(row, "events", response, ["finish", "close", "error", "prefinish"]);
      await handler(incoming, response, row);
    });
    row.log("client", await exchange(port, rawRequest(row, request)));
    await turns();
  };

export const rows = {
  end: answering((_request, response) => response.end("one")),
  "end twice": answering((_request, response, row) => {
    response.end("one");
    response.end("two", (error) => row.log("server", error));
    row.log("server", response.writableEnded, response.headersSent);
  }),
  "write after end": answering((_request, response, row) => {
    response.end("one");
    row.log(
      "server",
      response.write("two", (error) => row.log("server", error)),
    );
  }),
  "headers after the head": answering((_request, response, row) => {
    response.writeHead(200, { "x-own": "1" });
    try {
      response.setHeader("x-late", "1");
    } catch (error) {
      row.log("server", error);
    }
    try {
      response.writeHead(500);
    } catch (error) {
      row.log("server", error);
    }
    response.end();
  }),
  "an invalid header and status": answering((_request, response, row) => {
    for (const attempt of [
      () => response.setHeader("a b", "1"),
      () => response.setHeader("a", "\n"),
      () => response.writeHead(99),
    ]) {
      try {
        attempt();
      } catch (error) {
        row.log("server", error);
      }
    }
    response.end();
  }),
  "the status message and raw headers": answering((request, response, row) => {
    row.log("server", request.rawHeaders.length, Object.keys(request.headersDistinct), request.complete);
    response.writeHead(201, "Made", ["x-a", "1", "x-a", "2"]).end("x");
  }),
  HEAD: answering((_request, response) => response.writeHead(200, { "content-length": 3 }).end("one"), {
    method: "HEAD",
  }),
  304: answering((_request, response) => response.writeHead(304, { etag: "x" }).end()),
  "204 with a body": answering((_request, response) => response.writeHead(204).end("ignored")),
  "chunks and trailers": answering((_request, response) => {
    response.writeHead(200, { trailer: "x-sum" });
    response.write("one");
    response.addTrailers({ "x-sum": "1" });
    response.end("two");
  }),
  "1xx": answering((_request, response, row) => {
    response.writeContinue(() => row.log("server", "continue written"));
    response.writeProcessing();
    response.writeEarlyHints({ link: "</a>; rel=preload" }, () => row.log("server", "hints written"));
    response.writeInformation?.(110, { "x-own": "1" });
    response.end("one");
  }),
  "a body that comes and goes": answering(
    async (request, response, row) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      row.log("server", text, request.complete, request.trailers);
      response.end(text);
    },
    { method: "POST", headers: { "content-length": 4 }, body: "body" },
  ),
  "chunked, with trailers": answering(
    async (request, response, row) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(String(chunk));
      row.log("server", chunks.join(""), request.trailers, request.rawTrailers);
      response.end();
    },
    { method: "POST", headers: { "transfer-encoding": "chunked" }, body: "3\r\none\r\n0\r\nx-sum: 1\r\n\r\n" },
  ),
  "an iteration that stops": answering(
    async (request, response, row) => {
      for await (const chunk of request) {
        row.log("server", chunk.length);
        break;
      }
      row.log("server", request.destroyed);
      if (!response.destroyed) response.end();
    },
    { method: "POST", headers: { "content-length": 4 }, body: "body" },
  ),
  pipe: answering((request, response) => request.pipe(response), {
    method: "POST",
    headers: { "content-length": 4 },
    body: "body",
  }),
  "pipeline whose source fails": answering((_request, response, row) => {
    const source = new Readable({
      read() {
        this.push("one");
        this.destroy(new Error("source failed"));
      },
    });
    pipeline(source, response, (error) => row.log("server", error));
  }),
  "destroyed with an error": answering((_request, response, row) => {
    response.on("error", (error) => row.log("server", error));
    response.destroy(new Error("destroyed"));
  }),
  "the socket destroyed behind the head": answering((request, response) => {
    response.writeHead(200, { "content-length": 10 }).write("one", () => request.socket.destroy());
  }),
  "cork, flushHeaders and callbacks": answering((_request, response, row) => {
    response.cork();
    response.flushHeaders();
    response.write("one", () => row.log("server", "written"));
    response.uncork();
    response.end(() => row.log("server", "ended"));
  }),
  "strict content length": answering((_request, response, row) => {
    response.strictContentLength = true;
    response.setHeader("content-length", 3);
    try {
      response.end("four");
    } catch (error) {
      row.log("server", error);
    }
    response.destroy();
  }),
  setTimeout: answering((request, response, row) => {
    response.setTimeout(5, (socket) => {
      row.log("server", "timeout", socket === request.socket);
      response.end("late");
    });
  }),
  "a request without a host": async (row) => {
    const { port } = await serve(row, (_request, response) => response.end());
    row.log(
      "client",
      await exchange(
        port,
        `GET / HTTP/1.1\r\n${headerLines(row, { connection: "close" }).replace(/host: h\r\n/, "")}\r\n`,
      ),
    );
    row.log("client", await exchange(port, "GET / HTTP/1.0\r\n\r\n"));
  },
  "odd targets": async (row) => {
    const { port } = await serve(row, (request, response) => {
      row.log("server", request.method, request.url);
      response.end(request.url);
    });
    for (const path of ["http://other/x?y", "*", "//", "/%", "/?a=%zz#f", "/\\", "?"]) {
      row.log("client", await exchange(port, rawRequest(row, { method: path === "*" ? "OPTIONS" : "GET", path })));
    }
  },
};
