/** Connections: their reuse, their end, and the events of a server that are no plain requests. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { exchange, headerLines, listen, logEvents, pipelined, rawRequest, serve, turns } from "../tools.mjs";

/** A server whose requests are logged with the events of both objects. */
async function logged(row, handler, options) {
  let count = 0;
  const running = await serve(
    row,
    (request, response) => {
      count += 1;
      logEvents(row, `request ${count}`, request, ["end", "close", "error", "aborted"]);
      logEvents(row, `response ${count}`, response, ["finish", "close", "error"]);
      return handler(request, response, count);
    },
    options,
  );
  logEvents(row, "server", running.server, ["connection", "dropRequest", "close"]);
  return running;
}

export const rows = {
  async "keep-alive"(row) {
    const { port } = await logged(row, (_request, response, count) => response.end(String(count)));
    row.log("client", await exchange(port, pipelined(row, 3)));
    await turns();
  },
  async "pipelined requests answered in another order"(row) {
    const waiting = [];
    const { port } = await logged(row, (_request, response, count) => {
      waiting.unshift(() => response.end(String(count)));
      if (waiting.length === 3) for (const answer of waiting) answer();
    });
    row.log("client", await exchange(port, pipelined(row, 3)));
    await turns();
  },
  async "pipelined requests whose client leaves"(row) {
    let socket;
    const { port } = await logged(row, (_request, _response, count) => {
      if (count === 3) socket.destroy();
    });
    socket = connect(port, "127.0.0.1");
    socket.write(pipelined(row, 3));
    await once(socket, "close");
    await turns(40);
  },
  async "a client that leaves within its body"(row) {
    const closed = Promise.withResolvers?.() ?? {};
    let end;
    const over = new Promise((resolve) => {
      end = closed.resolve ?? resolve;
    });
    let socket;
    const { port } = await logged(row, (request) => {
      request.on("error", (error) => row.log("error", error));
      request.on("data", () => socket.destroy());
      request.on("close", () => end());
    });
    socket = connect(port, "127.0.0.1");
    socket.write(rawRequest(row, { method: "POST", headers: { "content-length": 10 }, body: "one" }));
    await (closed.promise ?? over);
    await turns();
  },
  async "a body that breaks off in an iteration"(row) {
    let socket;
    const done = new Promise((resolve) => {
      void logged(row, async (request) => {
        try {
          for await (const chunk of request) {
            row.log("server", String(chunk));
            socket.destroy();
          }
        } catch (error) {
          row.log("server", error);
        }
        resolve();
      }).then(({ port }) => {
        socket = connect(port, "127.0.0.1");
        socket.write(rawRequest(row, { method: "POST", headers: { "content-length": 10 }, body: "one" }));
      });
    });
    await done;
    await turns();
  },
  async "Expect: 100-continue"(row) {
    const { port } = await logged(row, async (request, response) => {
      for await (const _chunk of request);
      response.end("done");
    });
    const headers = { expect: "100-continue", "content-length": 1 };
    row.log("client", await exchange(port, rawRequest(row, { method: "POST", headers, body: "x" })));
  },
  async checkContinue(row) {
    const { server, port } = await logged(row, (_request, response) => response.end("request"));
    server.on("checkContinue", (request, response) => {
      row.log("server", "listener", response.headersSent);
      if (request.url === "/refused") response.writeHead(417).end();
      else {
        response.writeContinue();
        server.emit("request", request, response);
      }
    });
    const headers = { expect: "100-continue", "content-length": 1 };
    for (const path of ["/", "/refused"]) {
      row.log("client", await exchange(port, rawRequest(row, { method: "POST", path, headers, body: "x" })));
    }
  },
  async "checkExpectation, and none"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end("request"));
    const bytes = rawRequest(row, { headers: { expect: "200-maybe" } });
    row.log("client", await exchange(port, bytes));
    server.on("checkExpectation", (_request, response) => response.writeHead(417, { "x-own": "1" }).end());
    row.log("client", await exchange(port, bytes));
  },
  async "clientError, and none"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end());
    row.log("client", await exchange(port, "no request\r\n\r\n"));
    server.on("clientError", (error, socket) => {
      row.log("server", error.code, typeof error.rawPacket);
      socket.end("HTTP/1.1 400 Own\r\n\r\n");
    });
    row.log("client", await exchange(port, "no request\r\n\r\n"));
    row.log(
      "client",
      await exchange(port, `${rawRequest(row, { headers: { connection: "keep-alive" } })}no request\r\n\r\n`),
    );
  },
  async "an upgrade that is accepted"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end());
    server.on(
      "upgrade",
      row.kit.upgrade((request, socket, head) => {
        row.log("server", request.url, head.length, socket === request.socket);
        socket.on("data", (chunk) => socket.end(`echo ${chunk}`));
        socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: own\r\n\r\n");
        logEvents(row, "socket", socket, ["end", "finish", "close", "error"]);
      }),
    );
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET /up HTTP/1.1\r\n${headerLines(row, { connection: "upgrade", upgrade: "own" })}\r\n`);
    let text = "";
    socket.on("data", (chunk) => {
      if (text === "") socket.write("hello");
      text += chunk;
    });
    await once(socket, "close");
    row.log("client", text);
    await turns();
  },
  async "an upgrade that is refused"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end());
    server.on(
      "upgrade",
      row.kit.upgrade((_request, socket) => socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n")),
    );
    row.log(
      "client",
      await exchange(port, rawRequest(row, { headers: { connection: "upgrade, close", upgrade: "own" } })),
    );
    await turns();
  },
  async "an upgrade whose listener throws"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end());
    process.once("uncaughtException", (error, origin) => row.log("process", error, origin));
    server.on(
      "upgrade",
      row.kit.upgrade((_request, socket) => {
        setImmediate(() => socket.destroy());
        throw new Error("boom");
      }),
    );
    row.log(
      "client",
      await exchange(port, rawRequest(row, { headers: { connection: "upgrade, close", upgrade: "own" } })),
    );
    await turns();
  },
  async "an upgrade without a listener"(row) {
    const { port } = await logged(row, (request, response) => response.end(String(request.headers.upgrade)));
    row.log(
      "client",
      await exchange(port, rawRequest(row, { headers: { connection: "upgrade, close", upgrade: "own" } })),
    );
    await turns();
  },
  async "CONNECT, and no listener"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end());
    const bytes = rawRequest(row, { method: "CONNECT", path: "host:80" });
    row.log("client", await exchange(port, bytes));
    server.on("connect", (request, socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${request.url}`));
    row.log("client", await exchange(port, bytes));
  },
  async "a request timeout"(row) {
    const { server, port } = await logged(row, (_request, response) => response.end(), {
      requestTimeout: 20,
      headersTimeout: 20,
      connectionsCheckingInterval: 10,
    });
    server.on("timeout", () => row.log("server", "timeout"));
    row.log("client", await exchange(port, "GET / HTTP/1.1\r\nhost: h\r\n"));
  },
  async "a socket timeout with a listener"(row) {
    const { server, port } = await logged(row, (request) => request.socket.setTimeout(10));
    server.on("timeout", (socket) => {
      row.log("server", "timeout");
      socket.destroy();
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },
  async maxRequestsPerSocket(row) {
    const { server, port } = await logged(row, (_request, response, count) => response.end(String(count)));
    server.maxRequestsPerSocket = 1;
    row.log("client", await exchange(port, pipelined(row, 2)));
  },
  async "close, closeIdleConnections and getConnections"(row) {
    const server = row.kit.server(createServer(row.kit.handler((_request, response) => response.end())));
    const port = await listen(row, server);
    const socket = connect(port, "127.0.0.1");
    socket.write(rawRequest(row, { headers: { connection: "keep-alive" } }));
    await once(socket, "data");
    await turns();
    row.log("server", await new Promise((resolve) => server.getConnections((_error, count) => resolve(count))));
    server.close((error) => row.log("server", "closed", error));
    server.closeIdleConnections();
    await once(socket, "close");
    await turns();
  },
};
