/** What handlers throw and reject with. The process lives on, because the row listens. */
import { once } from "node:events";
import { answerLater, boom, exchange, listenToProcess, rawRequest, serve, turns } from "../tools.mjs";

function throwing(make) {
  return async (row) => {
    listenToProcess(row);
    const { port } = await serve(row, (_request, response) => {
      answerLater(response);
      throw make();
    });
    row.log("client", await exchange(port, rawRequest(row)));
  };
}

function rejecting(make, wait = async () => {}) {
  return async (row) => {
    listenToProcess(row);
    const { port } = await serve(row, async (_request, response) => {
      await wait();
      answerLater(response);
      throw make();
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  };
}

export const rows = {
  "throws an error": throwing(boom),
  "throws text": throwing(() => "text"),
  "throws undefined": throwing(() => undefined),
  "throws a frozen object": throwing(() => Object.freeze({ status: 418 })),
  "rejects at once": rejecting(boom),
  "rejects later": rejecting(boom, () => new Promise((resolve) => setTimeout(resolve, 5))),
  "rejects with undefined": rejecting(() => undefined),
  "rejects with a symbol": rejecting(() => Symbol("own")),

  async "an error event without a listener"(row) {
    listenToProcess(row);
    const { port } = await serve(row, (_request, response) => {
      answerLater(response);
      response.emit("error", boom());
    });
    row.log("client", await exchange(port, rawRequest(row)));
  },

  async "a listener of the request throws"(row) {
    listenToProcess(row);
    const { port } = await serve(row, (request, response) => {
      request.on("end", () => {
        answerLater(response);
        throw boom();
      });
      request.resume();
    });
    row.log("client", await exchange(port, rawRequest(row)));
  },

  async "a listener of close throws"(row) {
    listenToProcess(row);
    const { port } = await serve(row, (_request, response) => {
      response.on("close", () => {
        throw boom();
      });
      response.end("x");
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },

  async "error monitor"(row) {
    const { errorMonitor } = await import("node:events");
    listenToProcess(row);
    const { port } = await serve(row, (request, response) => {
      request.on(errorMonitor, (error) => row.log("server", "monitor", error));
      request.on("error", (error) => row.log("server", "error", error));
      request.destroy(boom());
      response.end();
    });
    row.log("client", await exchange(port, rawRequest(row)));
    await turns();
  },

  async "a handler that never answers"(row) {
    const { server, port } = await serve(row, (request, response) => {
      for (const [name, emitter] of Object.entries({ request, response })) {
        for (const event of ["close", "aborted", "error", "finish"])
          emitter.on(event, () => row.log("server", name, event));
      }
      setImmediate(() => request.socket.destroy());
    });
    const connection = once(server, "connection");
    const answer = exchange(port, rawRequest(row));
    await connection;
    row.log("client", await answer);
    await turns();
  },
};
