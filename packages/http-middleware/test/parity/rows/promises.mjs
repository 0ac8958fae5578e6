/** What becomes of the promise that a handler returns. */
import EventEmitter from "node:events";
import { createServer } from "node:http";
import { answerLater, boom, exchange, listen, listenToProcess, rawRequest, serve, turns } from "../tools.mjs";

export const rows = {
  async "rejects, and the caller catches"(row) {
    listenToProcess(row);
    const handler = row.kit.handler(async () => {
      throw boom();
    });
    const server = row.kit.server(
      createServer((request, response) => {
        handler(request, response).catch((error) => {
          row.log("server", "caught", error);
          response.writeHead(500).end("caught");
        });
      }),
    );
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
    await turns();
  },

  async "rejects, and the caller awaits, races and chains"(row) {
    listenToProcess(row);
    const handler = row.kit.handler(async () => {
      await null;
      throw boom();
    });
    const ways = [
      async (promise) => {
        try {
          await promise;
        } catch (error) {
          row.log("server", "await", error);
        }
      },
      (promise) => Promise.race([promise]).catch((error) => row.log("server", "race", error)),
      (promise) => Promise.allSettled([promise]).then(([{ status }]) => row.log("server", "allSettled", status)),
      (promise) =>
        promise.finally(() => row.log("server", "finally")).catch((error) => row.log("server", "chained", error)),
      (promise) => Promise.resolve(promise).catch((error) => row.log("server", "resolved", error)),
    ];
    const server = row.kit.server(
      createServer(async (request, response) => {
        await ways[Number(request.url.slice(1))](handler(request, response));
        response.end();
      }),
    );
    const port = await listen(row, server);
    for (const index of ways.keys()) await exchange(port, rawRequest(row, { path: `/${index}` }));
    await turns();
  },

  async "a promise that the app handles elsewhere"(row) {
    listenToProcess(row);
    const { port } = await serve(row, (_request, response) => {
      const promise = Promise.reject(boom());
      promise.catch((error) => {
        row.log("server", "handled", error);
        response.end("handled");
      });
      return promise;
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },

  async "a rejection that is handled some turns later"(row) {
    listenToProcess(row);
    const { port } = await serve(row, (_request, response) => {
      const promise = Promise.reject(boom());
      setImmediate(() =>
        setImmediate(() => {
          promise.catch((error) => row.log("process", "handled late", error));
          response.end("late");
        }),
      );
      return promise;
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },

  async "the promise of an unhandled rejection is the handler's"(row) {
    let own;
    const listener = (_reason, promise) => row.log("process", "same promise", promise === own);
    process.on("unhandledRejection", listener);
    row.after(() => process.removeListener("unhandledRejection", listener));
    const { port } = await serve(row, (_request, response) => {
      answerLater(response);
      own = Promise.reject(boom());
      return own;
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },

  async "rejects, and the caller ignores the promise"(row) {
    listenToProcess(row);
    const handler = row.kit.handler(async () => {
      throw boom();
    });
    const server = row.kit.server(
      createServer((request, response) => {
        answerLater(response);
        const promise = handler(request, response);
        row.log("server", promise instanceof Promise);
      }),
    );
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
    await turns();
  },

  async "properties of the promise"(row) {
    const handler = row.kit.handler(async () => 1);
    const server = row.kit.server(
      createServer(async (request, response) => {
        const promise = handler(request, response);
        row.log("server", Object.keys(promise), JSON.stringify(promise), { ...promise });
        row.log("server", await promise, Object.getOwnPropertyNames(promise));
        response.end();
      }),
    );
    await exchange(await listen(row, server), rawRequest(row));
  },

  async "microtasks run in the same order"(row) {
    const handler = row.kit.handler(async () => {
      await null;
      row.log("server", "handler");
      return "value";
    });
    const server = row.kit.server(
      createServer(async (request, response) => {
        const others = (async () => {
          for (let tick = 0; tick < 6; tick += 1) {
            await null;
            row.log("server", "tick", tick);
          }
        })();
        row.log("server", "answered", await handler(request, response));
        await others;
        response.end();
      }),
    );
    await exchange(await listen(row, server), rawRequest(row));
  },

  async "a promise of a subclass, a thenable and a promise of another realm"(row) {
    listenToProcess(row);
    const { runInNewContext } = await import("node:vm");
    class Own extends Promise {}
    const results = [
      () => Own.resolve(1),
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable, as some libraries return
        then(resolve) {
          row.log("server", "then is called");
          resolve();
        },
      }),
      () => runInNewContext("Promise.resolve(1)"),
      () => Object.freeze(Promise.resolve(1)),
      () => 7,
      () => null,
    ];
    let index = 0;
    const handler = row.kit.handler((_request, response) => {
      response.end();
      return results[index]();
    });
    const server = row.kit.server(
      createServer((request, response) => {
        const result = handler(request, response);
        row.log("server", Object.prototype.toString.call(result), result?.constructor?.name ?? "none");
      }),
    );
    const port = await listen(row, server);
    for (index = 0; index < results.length; index += 1) await exchange(port, rawRequest(row));
    await turns();
  },

  async captureRejections(row) {
    listenToProcess(row);
    EventEmitter.captureRejections = true;
    row.after(() => {
      EventEmitter.captureRejections = false;
    });
    const { port } = await serve(row, async () => {
      throw boom();
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },
};
