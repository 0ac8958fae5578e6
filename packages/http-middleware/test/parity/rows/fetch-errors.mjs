/** Outgoing calls with fetch that fail, and signals. */
import { Readable } from "node:stream";
import { closedPort, target } from "../fetch-target.mjs";
import { describeError, turns } from "../tools.mjs";

const failing = (call) => async (row) => {
  const origin = await target(row);
  try {
    const response = await call(row.kit.fetch, origin, row);
    row.log("client", response.status, await response.text());
  } catch (error) {
    row.log("client", error);
  }
};

export const rows = {
  "a streamed body without duplex": failing((fetch, origin) =>
    fetch(origin, { method: "POST", body: Readable.toWeb(Readable.from(["a"])) }),
  ),
  "a streamed body that fails": failing((fetch, origin) => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error("source failed"));
      },
    });
    return fetch(origin, { method: "POST", body, duplex: "half" });
  }),
  "a redirect loop": failing((fetch, origin) =>
    fetch(`${origin}/?status=302&to=${encodeURIComponent("/?status=302&to=/x")}`),
  ),
  "a redirect of a streamed body": failing((fetch, origin) =>
    fetch(`${origin}/?status=307&to=/x`, {
      method: "POST",
      body: Readable.toWeb(Readable.from(["a"])),
      duplex: "half",
    }),
  ),
  "a port that is closed": failing(async (fetch) => fetch(await closedPort())),
  "a connection that is reset": failing((fetch, origin) => fetch(`${origin}/reset`)),
  "an answer that is no HTTP": failing((fetch, origin) => fetch(`${origin}/garbage`)),
  "a body that breaks off": failing((fetch, origin) => fetch(`${origin}/break`)),
  "an unknown host": failing((fetch) => fetch("http://does-not-exist.invalid/")),
  "invalid input": async (row) => {
    const origin = await target(row);
    const attempts = [
      () => row.kit.fetch(),
      () => row.kit.fetch("/relative"),
      () => row.kit.fetch("http://["),
      () => row.kit.fetch("http://user:pass@host/"),
      () => row.kit.fetch(null),
      () => row.kit.fetch(Symbol("own")),
      () => row.kit.fetch(origin, { method: "a b" }),
      () => row.kit.fetch(origin, { method: "TRACE" }),
      () => row.kit.fetch(origin, { body: "x" }),
      () => row.kit.fetch(origin, { headers: { "a b": "1" } }),
      () => row.kit.fetch(origin, { headers: { a: "\n" } }),
      () => row.kit.fetch(origin, { redirect: "own" }),
      () => row.kit.fetch(origin, { signal: "own" }),
      () => row.kit.fetch(origin, 7),
      () => row.kit.fetch(origin, null),
      () => row.kit.fetch({ toString: () => origin }),
      () => row.kit.fetch("data:text/plain,hello"),
      () => row.kit.fetch("ftp://h/"),
      () => row.kit.fetch("about:blank"),
      () => row.kit.fetch("blob:own"),
      () => row.kit.fetch("http://127.0.0.1:1/"),
      () => row.kit.fetch(origin, { window: "x" }),
      () => row.kit.fetch(origin, { mode: "own" }),
      () => row.kit.fetch(origin, { credentials: "own" }),
      () => row.kit.fetch(origin, { cache: "only-if-cached" }),
      () =>
        row.kit.fetch(origin, {
          get method() {
            throw new Error("own getter");
          },
        }),
    ];
    for (const [index, attempt] of attempts.entries()) {
      try {
        const promise = attempt();
        row.log("client", index, promise instanceof Promise);
        const response = await promise;
        row.log("client", response.status, await response.text());
      } catch (error) {
        row.log("client", index, error);
      }
    }
  },
  "a signal that was aborted": failing((fetch, origin) => fetch(origin, { signal: AbortSignal.abort() })),
  "a signal with a reason of the app": failing((fetch, origin) =>
    fetch(origin, { signal: AbortSignal.abort("own reason") }),
  ),
  "an abort before the head": failing((fetch, origin) => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("own")), 5);
    return fetch(`${origin}/hang`, { signal: abort.signal });
  }),
  "a timeout": failing((fetch, origin) => fetch(`${origin}/hang`, { signal: AbortSignal.timeout(10) })),
  "an abort in the body": async (row) => {
    const origin = await target(row);
    const abort = new AbortController();
    const response = await row.kit.fetch(origin, { signal: abort.signal });
    abort.abort(new Error("own"));
    row.log("client", await response.text().catch(describeError));
  },
  "listeners of a signal": async (row) => {
    const { getEventListeners } = await import("node:events");
    const origin = await target(row);
    const { signal } = new AbortController();
    const counts = () => getEventListeners(signal, "abort").length;
    const promise = row.kit.fetch(origin, { signal });
    row.log("client", counts());
    await (await promise).text();
    await turns();
    row.log("client", counts());
  },
  "a dispatcher of the app": async (row) => {
    const origin = await target(row);
    const dispatcher = {
      dispatch(options, handler) {
        row.log("dispatcher", options.path, options.method, typeof handler);
        throw new Error("own dispatcher");
      },
    };
    row.log("client", await row.kit.fetch(origin, { dispatcher }).catch(describeError));
  },
  "a fetch that the app has replaced": async (row) => {
    const original = globalThis.fetch;
    row.after(() => {
      globalThis.fetch = original;
    });
    globalThis.fetch = async (...args) => {
      row.log("fake", String(args[0]));
      return { status: 200, own: true };
    };
    const response = await row.kit.fetch("http://127.0.0.1:1/own");
    row.log("client", Object.keys(response), response.own);
  },
  "microtasks until the answer": async (row) => {
    const rejected = row.kit.fetch("http://[").catch(() => row.log("client", "rejected"));
    for (let tick = 0; tick < 4; tick += 1) {
      await null;
      row.log("other", tick);
    }
    await rejected;
  },
};
