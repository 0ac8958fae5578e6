/** Servers, requests and responses as emitters, and classes of the app in their place. */
import { once } from "node:events";
import http, { createServer, IncomingMessage, ServerResponse } from "node:http";
import { exchange, listen, rawRequest, serve, turns } from "../tools.mjs";

export const rows = {
  async "listeners of the server"(row) {
    const handler = (_request, response) => response.end();
    const server = row.kit.server(createServer());
    server.on("request", handler);
    row.log(
      "server",
      server.listenerCount("request"),
      server.listeners("request").map((own) => own === handler),
    );
    row.log("server", server.rawListeners("request").length, server.eventNames().map(String), Object.keys(server));
    server.removeListener("request", handler);
    row.log("server", server.listenerCount("request"));
    const port = await listen(row, server);
    const received = once(server, "request");
    const answer = exchange(port, rawRequest(row));
    const [request, response] = await received;
    row.log("server", request.url, request instanceof IncomingMessage);
    response.end("once");
    row.log("client", await answer);
  },
  async "the result of emit"(row) {
    const server = row.kit.server(createServer());
    row.log("server", server.emit("request", {}, {}), server.emit("request"), server.emit("own"), server.emit("close"));
    server.on("own", (...args) => row.log("server", args));
    row.log("server", server.emit("own", 1, 2), server.emit("own"));
  },
  async "several listeners, one of which throws"(row) {
    const server = row.kit.server(createServer(row.kit.handler(() => row.log("server", "first"))));
    process.once("uncaughtException", (error) => row.log("process", error));
    server.on("request", (_request, response) => {
      setImmediate(() => response.end("second"));
      throw new Error("second throws");
    });
    server.on("request", () => row.log("server", "third"));
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
  },
  async "emit overridden on the server"(row) {
    const server = row.kit.server(createServer(row.kit.handler((_request, response) => response.end("x"))));
    const { emit } = server;
    server.emit = function (event, ...args) {
      row.log("server", String(event), args.length, this === server);
      return emit.call(this, event, ...args);
    };
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
    server.emit = emit;
  },
  async "emit overridden on the request and the response"(row) {
    const { port } = await serve(row, (request, response) => {
      for (const [name, emitter] of Object.entries({ request, response })) {
        const { emit } = emitter;
        emitter.emit = function (event, ...args) {
          row.log(name, String(event), args.length);
          return emit.call(this, event, ...args);
        };
      }
      request.resume();
      response.end("x");
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },
  async "a class of requests and responses of the app"(row) {
    class Request extends IncomingMessage {
      emit(event, ...args) {
        row.log("emitted", event);
        return super.emit(event, ...args);
      }
      get own() {
        return this.url;
      }
    }
    class Response extends ServerResponse {
      end(...args) {
        row.log("server", "own end");
        return super.end(...args);
      }
    }
    const { port } = await serve(
      row,
      (request, response) => {
        row.log("server", request.own, request instanceof Request, request.constructor === Request);
        request.resume();
        response.end("x");
      },
      { IncomingMessage: Request, ServerResponse: Response },
    );
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },
  async "a server of a class of the app"(row) {
    class Own extends http.Server {
      emit(event, ...args) {
        row.log("emitted", String(event));
        return super.emit(event, ...args);
      }
    }
    const server = row.kit.server(new Own(row.kit.handler((_request, response) => response.end("x"))));
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
  },
  async "methods replaced on the response"(row) {
    const { port } = await serve(row, (_request, response) => {
      const { writeHead, end, setHeader } = response;
      response.writeHead = function (...args) {
        row.log("server", "writeHead", args);
        return writeHead.apply(this, args);
      };
      response.setHeader = function (...args) {
        row.log("server", "setHeader", args);
        return setHeader.apply(this, args);
      };
      response.end = function (...args) {
        row.log("server", "end", args);
        return end.apply(this, args);
      };
      response.setHeader("x-own", "1");
      response.end("x");
    });
    row.log("client", await exchange(port, rawRequest(row)));
  },
  "handlers called with anything"(row) {
    const handler = row.kit.handler((...args) => {
      row.log(
        "server",
        args.map((arg) => typeof arg),
        args.map((arg) => Object.isFrozen(arg)),
      );
      return args.length;
    });
    const hostile = {
      get headers() {
        throw new Error("no headers");
      },
    };
    for (const args of [
      [undefined, undefined, 1],
      [{}, {}],
      [null, null],
      [Object.freeze({ emit() {} }), Object.freeze({})],
      [hostile, hostile],
    ]) {
      row.log("server", handler(...args));
    }
    for (const wrap of [row.kit.stream, row.kit.upgrade]) row.log("server", wrap(() => "result")({}, {}, {}));
  },
  async "imitations of requests and responses"(row) {
    const { EventEmitter } = await import("node:events");
    const handler = row.kit.handler((request, response) => {
      row.log("server", Object.keys(request), Object.keys(response));
      response.emit("close");
      return "result";
    });
    const request = Object.assign(new EventEmitter(), {
      method: "GET",
      url: "/",
      headers: row.kit.headers,
      httpVersion: "1.1",
    });
    const response = Object.assign(new EventEmitter(), { statusCode: 200, getHeader() {}, setHeader() {} });
    response.on("close", () => row.log("server", "close"));
    row.log("server", handler(request, response));
  },
  async "the arguments and `this` of a handler"(row) {
    const server = row.kit.server(createServer());
    server.on(
      "request",
      row.kit.handler(function (...args) {
        row.log("server", this === server, args.length);
        args[1].end();
      }),
    );
    await exchange(await listen(row, server), rawRequest(row));
  },
  async "warnings of too many listeners"(row) {
    const warnings = (warning) => row.log("process", warning.name, warning.count, String(warning.type));
    process.on("warning", warnings);
    row.after(() => process.removeListener("warning", warnings));
    const { port } = await serve(row, (request, response) => {
      for (let count = 0; count < 10; count += 1) {
        for (const emitter of [request, response, request.socket]) emitter.on("close", () => {});
      }
      response.end();
    });
    await exchange(port, rawRequest(row));
    await turns();
  },
};
