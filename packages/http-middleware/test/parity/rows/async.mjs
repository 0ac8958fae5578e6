/** The app's own contexts, hooks, resources and domains around requests and calls. */
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } from "node:async_hooks";
import { createServer } from "node:http";
import { exchange, listen, rawRequest, serve, turns } from "../tools.mjs";

const answering = (handler) => async (row) => {
  const { port } = await serve(row, handler(row));
  row.log("client", await exchange(port, rawRequest(row)));
  await turns();
};

export const rows = {
  "a storage of the app": answering((row) => {
    const storage = new AsyncLocalStorage();
    return (request, response) =>
      storage.run({ url: request.url }, () => {
        request.on("end", () => row.log("server", "end", storage.getStore() ?? "none"));
        response.on("finish", () => row.log("server", "finish", storage.getStore() ?? "none"));
        setTimeout(async () => {
          await null;
          row.log("server", storage.getStore());
          response.end();
        }, 1);
        request.resume();
      });
  }),
  "a storage that is entered": answering((row) => {
    const storage = new AsyncLocalStorage();
    return async (_request, response) => {
      storage.enterWith("own");
      await turns(2);
      row.log("server", storage.getStore());
      response.end();
    };
  }),
  "a store outside of the server": async (row) => {
    const storage = new AsyncLocalStorage();
    await storage.run("outer", async () => {
      const { port } = await serve(row, (_request, response) => {
        row.log("server", storage.getStore() ?? "none");
        response.end();
      });
      await exchange(port, rawRequest(row));
      row.log("client", storage.getStore());
    });
  },
  "an AsyncResource that is bound": answering((row) => (_request, response) => {
    const storage = new AsyncLocalStorage();
    const bound = storage.run("bound", () => AsyncResource.bind(() => row.log("server", storage.getStore())));
    bound();
    response.end();
  }),
  "hooks of the app": async (row) => {
    const created = new Set();
    const hook = createHook({ init: (_id, type) => created.add(type) }).enable();
    row.after(() => hook.disable());
    const { port } = await serve(row, (_request, response) => {
      row.log("server", executionAsyncId() > 0);
      response.end();
    });
    row.log("client", await exchange(port, rawRequest(row)), created.has("TCPWRAP"));
  },
  "a domain": async (row) => {
    const { default: domain } = await import("node:domain");
    const own = domain.create();
    own.on("error", (error) => row.log("domain", error));
    const server = row.kit.server(
      createServer((request, response) => {
        own.run(() =>
          row.kit.handler(() => {
            setImmediate(() => {
              response.end("late");
              throw new Error("boom");
            });
          })(request, response),
        );
      }),
    );
    row.log("client", await exchange(await listen(row, server), rawRequest(row)));
    await turns();
  },
  "errors keep the app's frames": async (row) => {
    const { port } = await serve(row, function ownHandler(_request, response) {
      const [, frame] = new Error("own").stack.split("\n");
      row.log("server", frame.includes("ownHandler"));
      response.end();
    });
    await exchange(port, rawRequest(row));
  },
  "prepareStackTrace and a stack limit of the app": async (row) => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    row.after(() => Object.assign(Error, { stackTraceLimit, prepareStackTrace }));
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (error, sites) => `${error.message} ${sites.length}`;
    const { port } = await serve(row, (_request, response) => {
      row.log("server", new Error("own").stack);
      response.end();
    });
    await exchange(port, rawRequest(row));
    row.log("server", Error.stackTraceLimit);
  },
  "a web handler": async (row) => {
    const handler = row.kit.web(
      async (request, more) => new Response(`${request.method} ${more}`, { status: 201, headers: { "x-own": "1" } }),
    );
    const response = await handler(new Request("http://h/a", { headers: row.kit.headers }), "more");
    row.log("server", response.status, [...response.headers], await response.text());
    const failing = row.kit.web(async () => {
      throw new Error("boom");
    });
    await failing(new Request("http://h/a")).catch((error) => row.log("server", error));
  },
};
