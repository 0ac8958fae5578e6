/** Outgoing calls of node:http: arguments, events, agents, timeouts. */
import { once } from "node:events";
import http, { Agent } from "node:http";
import { inspect } from "node:util";
import { closedPort, target } from "../fetch-target.mjs";
import { describeError, logEvents, turns } from "../tools.mjs";

const EVENTS = ["socket", "finish", "response", "information", "continue", "timeout", "abort", "error", "close"];
const BODY_EVENTS = ["data", "end", "aborted", "error", "close"];

/** Sends a request, and logs what happens to it and to its response until it is closed. */
async function call(row, make, use = (request) => request.end()) {
  let request;
  try {
    request = make();
  } catch (error) {
    row.log("client", "thrown", error);
    return;
  }
  logEvents(row, "request", request, EVENTS);
  request.on("response", (response) => {
    row.log(
      "client",
      response.statusCode,
      response.statusMessage,
      response.headers["x-own"] ?? "none",
      response.httpVersion,
    );
    logEvents(row, "response", response, BODY_EVENTS);
  });
  const closed = new Promise((resolve) => request.once("close", resolve));
  use(request);
  await closed;
  await turns();
}

const calling =
  (path, options = {}, use = undefined) =>
  async (row) => {
    const origin = await target(row);
    await call(row, () => row.kit.http.request(`${origin}${path}`, { agent: false, ...options }), use);
  };

export const rows = {
  "http: GET": calling("/a"),
  "http: POST": calling("/a", { method: "post", headers: { "x-a": "1" } }, (request) => {
    request.write("one", () => {});
    request.end("two");
  }),
  "http: get with a callback": async (row) => {
    const origin = await target(row);
    await call(
      row,
      () =>
        row.kit.http.get(origin, { agent: false }, (response) => row.log("client", "callback", response.statusCode)),
      () => {},
    );
  },
  "http: the forms of the arguments": async (row) => {
    const origin = await target(row);
    const { hostname, port } = new URL(origin);
    const headers = { Host: "own", "X-A": ["1", "2"] };
    const forms = [
      () => row.kit.http.request({ hostname, port, agent: false }),
      () => row.kit.http.request({ host: hostname, port, path: "/a b".replace(" ", "%20"), headers, agent: false }),
      () => row.kit.http.request(new URL(`${origin}/u?v#w`), { agent: false }),
      () => row.kit.http.request(origin, { path: "/over", agent: false }),
      () => row.kit.http.request({ ...http.globalAgent.options, hostname, port, headers: ["x-a", "1"], agent: false }),
      () => row.kit.http.request("no url"),
      () => row.kit.http.request({ path: "/a b" }),
      () => row.kit.http.request({ method: "a b" }),
      () => row.kit.http.request({ protocol: "https:" }),
      () => row.kit.http.request({ agent: "own" }),
      () => row.kit.http.request({ headers: { "a b": "1" } }),
      () => row.kit.http.request({ hostname: 7 }),
      () => row.kit.http.request({ port: 99999 }),
    ];
    for (const form of forms) await call(row, form);
  },
  "http: no listener of the response": async (row) => {
    const origin = await target(row);
    const request = row.kit.http.get(origin, { agent: false });
    await once(request, "close");
    row.log("client", "closed");
  },
  "http: a port that is closed": async (row) => {
    const origin = await closedPort();
    await call(
      row,
      () => row.kit.http.get(origin),
      () => {},
    );
  },
  "http: an error without a listener": async (row) => {
    const origin = await closedPort();
    const thrown = once(process, "uncaughtException");
    row.kit.http.get(origin);
    row.log("process", ...(await thrown));
  },
  "http: a reset and garbage": async (row) => {
    const origin = await target(row);
    for (const path of ["/reset", "/garbage"])
      await call(
        row,
        () => row.kit.http.get(`${origin}${path}`, { agent: false }),
        () => {},
      );
  },
  "http: a body that breaks off": calling("/break"),
  "http: a body that breaks off, and no listener of errors": async (row) => {
    const origin = await target(row);
    const request = row.kit.http.get(`${origin}/break`, { agent: false });
    const [response] = await once(request, "response");
    response.resume();
    await new Promise((resolve) => response.on("close", resolve));
    row.log("client", response.aborted, response.complete, response.errored?.code ?? "none");
  },
  "http: destroyed before the answer": calling("/hang", {}, (request) => {
    request.end();
    request.on("finish", () => request.destroy(new Error("own")));
  }),
  "http: destroyed without an error": calling("/hang", {}, (request) => {
    request.end();
    request.destroy();
    request.destroy();
  }),
  "http: aborted": calling("/hang", {}, (request) => {
    request.end();
    request.on("finish", () => request.abort());
  }),
  "http: a signal": async (row) => {
    const origin = await target(row);
    const abort = new AbortController();
    await call(
      row,
      () => row.kit.http.request(`${origin}/hang`, { signal: abort.signal, agent: false }),
      (request) => {
        request.on("finish", () => abort.abort());
        request.end();
      },
    );
  },
  "http: a timeout": calling("/hang", {}, (request) => {
    request.on("finish", () => request.setTimeout(10));
    request.on("timeout", () => request.destroy());
    request.end();
  }),
  "http: the response destroyed": async (row) => {
    const origin = await target(row);
    const request = row.kit.http.get(origin, { agent: false });
    const [response] = await once(request, "response");
    request.on("error", (error) => row.log("request", error));
    logEvents(row, "response", response, ["end", "error", "close"]);
    response.destroy(new Error("own"));
    await once(response, "close").catch(() => {});
    row.log("client", response.destroyed);
  },
  "http: listeners and properties of a response": async (row) => {
    const origin = await target(row);
    const request = row.kit.http.get(origin, { agent: false });
    const [response] = await once(request, "response");
    row.log("client", Object.keys(response).sort(), response.readableFlowing);
    let text = "";
    for await (const chunk of response) text += chunk;
    row.log("client", text.length > 0);
  },
  "http: an agent that keeps alive": async (row) => {
    const origin = await target(row);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    row.after(() => agent.destroy());
    const reused = [];
    for (let count = 0; count < 3; count += 1) {
      const request = row.kit.http.get(origin, { agent });
      const [response] = await once(request, "response");
      reused.push(request.reusedSocket);
      for await (const _chunk of response);
      await turns(3);
    }
    row.log("client", reused, Object.keys(agent.sockets).length, Object.values(agent.freeSockets).length);
  },
  "http: a pool with one socket": async (row) => {
    const origin = await target(row);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    row.after(() => agent.destroy());
    await Promise.all(
      [1, 2, 3].map(async (count) => {
        const request = row.kit.http.get(`${origin}/${count}`, { agent });
        const [response] = await once(request, "response");
        for await (const _chunk of response);
        row.log("client", count);
      }),
    );
  },
  "http: an agent of the app": async (row) => {
    const origin = await target(row);
    class Own extends Agent {
      createConnection(options, ...rest) {
        row.log("agent", options.path ?? "none");
        return super.createConnection(options, ...rest);
      }
      addRequest(request, options, ...rest) {
        row.log("agent", request.path, typeof options);
        return super.addRequest(request, options, ...rest);
      }
    }
    await call(
      row,
      () => row.kit.http.get(`${origin}/own`, { agent: new Own() }),
      () => {},
    );
  },
  "http: Expect and 1xx": calling("/", { method: "POST", headers: { expect: "100-continue" } }, (request) => {
    request.on("continue", () => request.end("late"));
    request.flushHeaders();
  }),
  "http: headers set after the start": calling("/", {}, (request) => {
    request.setHeader("x-late", "1");
    request.removeHeader("x-late");
    request.setHeader("x-late", "2");
    request.end();
  }),
  "http: inspected": async (row) => {
    const request = row.kit.http.request("http://127.0.0.1:1/");
    request.on("error", () => {});
    row.log(
      "client",
      typeof inspect(request),
      request.constructor.name,
      request instanceof http.ClientRequest,
      request.method,
      request.path,
      request.host,
    );
    request.destroy();
    await once(request, "close").catch(describeError);
  },
};
