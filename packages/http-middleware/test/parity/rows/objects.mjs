/** What an app sees of tracing on its own objects: nothing. */
import http, { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { exchange, rawRequest, serve } from "../tools.mjs";

// Two names differ: the prototypes of requests and responses have an `emit` of their own, and
// zero-code instrumentation watches for Express's `baseUrl` on each request. Neither enumerates on
// the object itself.
const DECLARED = ["emit", "baseUrl"];
const undeclared = (names) => names.filter((name) => !DECLARED.includes(name));

/** All that reflection shows of an object, its own and what it inherits. */
function visible(object) {
  const chain = [];
  for (let link = object; link !== null && link !== Object.prototype; link = Object.getPrototypeOf(link)) {
    chain.push({
      names: undeclared(Object.getOwnPropertyNames(link)),
      symbols: Object.getOwnPropertySymbols(link).map(String),
      enumerable: link === object ? Object.keys(link) : undeclared(Object.keys(link)),
    });
  }
  const looped = [];
  for (const name in object) looped.push(name);
  return { chain, looped: looped.sort() };
}

const functions = (object) =>
  undeclared(Object.getOwnPropertyNames(object))
    .filter((name) => typeof Object.getOwnPropertyDescriptor(object, name).value === "function")
    .map((name) => [name, object[name].name, object[name].length]);

const seen = (look) => async (row) => {
  const { port } = await serve(row, (request, response) => {
    look(row, request, response);
    response.end();
  });
  await exchange(port, rawRequest(row));
};

const stable = (text) =>
  text
    .replaceAll(/^ *\[baseUrl\].*\n/gm, "")
    .replaceAll(/\d+/g, "0")
    .replaceAll(/\bat .*\n/g, "");

export const rows = {
  "properties of the request": seen((row, request) => row.log("server", visible(request))),
  "properties of the response": seen((row, _request, response) => row.log("server", visible(response))),
  inspected: seen((row, request, response) => {
    for (const object of [request, response]) row.log("server", stable(inspect(object, { depth: 1 })));
  }),
  "inspected with what is hidden": seen((row, request, response) => {
    for (const object of [request, response])
      row.log("server", stable(inspect(object, { depth: 0, showHidden: true })));
  }),
  "JSON, spread and structured clone": seen((row, request) => {
    row.log("server", Reflect.ownKeys({ ...request }).map(String));
    for (const copy of [() => JSON.stringify(request), () => structuredClone(request)]) {
      try {
        row.log("server", typeof copy());
      } catch (error) {
        row.log("server", error.name);
      }
    }
  }),
  "listeners of the request and the response": seen((row, request, response) => {
    for (const emitter of [request, response, request.socket]) {
      row.log(
        "server",
        emitter.eventNames().map((event) => [String(event), emitter.listenerCount(event)]),
      );
      row.log(
        "server",
        emitter.eventNames().flatMap((event) => emitter.listeners(event).map(({ name }) => name)),
      );
    }
  }),
  "methods of the prototypes": seen((row) => {
    for (const { prototype } of [IncomingMessage, ServerResponse]) row.log("server", functions(prototype));
  }),
  "functions of node:http": (row) => {
    row.log(
      "module",
      Object.keys(row.kit.http)
        .filter((name) => name !== "from")
        .sort(),
      functions(http),
      inspect(http.request),
      inspect(http.get),
    );
    row.log("module", functions(http.Server.prototype));
  },
  "the global objects": (row) => {
    row.log("module", fetch.name, fetch.length, Object.keys(globalThis).sort());
    row.log("module", functions(Promise), functions(Promise.prototype), Promise.prototype.constructor === Promise);
    for (const event of ["SIGUSR1", "SIGPIPE", "uncaughtException", "unhandledRejection", "warning", "message"]) {
      row.log("module", event, process.listenerCount(event));
    }
  },
  "name and length of handlers": (row) => {
    const handlers = [
      (a, b) => [a, b],
      async function named(_a, _b, _c) {},
      () => {},
      { other() {} }.other,
      class {}.toString,
    ];
    for (const handler of handlers) {
      for (const wrap of [row.kit.handler, row.kit.stream, row.kit.upgrade, row.kit.web]) {
        const { name, length } = wrap(handler);
        row.log("module", name, length);
      }
    }
  },
};
