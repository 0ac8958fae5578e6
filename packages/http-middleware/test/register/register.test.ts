/** Apps that know nothing of tracing, over HTTP. */
import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { IMPORT, INCOMING, incoming, REQUIRE, start } from "./app.js";

/** Each way to call the next service: as a statement that leaves its answer in `text`. */
const CALLS = {
  fetch: "text = await (await fetch(process.env.NEXT)).text();",
  "http, imported by name": `text = await new Promise((resolve) => get(process.env.NEXT, async (response) => {
    let all = ""; for await (const chunk of response) all += chunk; resolve(all); }));`,
  axios: "text = (await axios.get(process.env.NEXT)).data;",
  undici: "text = await (await undiciRequest(process.env.NEXT)).body.text();",
};
const cases = Object.keys(CALLS) as (keyof typeof CALLS)[];
const branches = cases.map((name) => `case ${JSON.stringify(name)}: ${CALLS[name]} break;`).join("\n");
const CALL = `async function call(way) { let text; switch (way) { ${branches} } return text; }`;

/** What an app imports: the clients, and its own framework. */
const IMPORTS = {
  mjs: (framework: string) => `import { createServer, get } from "node:http";
    import axios from "axios";
    import { request as undiciRequest } from "undici";
    ${framework === "" ? "" : `import ${framework} from "${framework}";`}`,
  cjs: (framework: string) => `const { createServer, get } = require("node:http");
    const axios = require("axios");
    const { request: undiciRequest } = require("undici");
    ${framework === "" ? "" : `const ${framework} = require("${framework}");`}`,
};
const fastifyApp = (fastify: string): string => `const app = ${fastify}();
  app.register(async (api) => {
    api.get("/users/:id", async (request) => call(request.query.via));
  }, { prefix: "/api" });
  app.listen({ port: 0, host: "127.0.0.1" }).then(() => console.log(app.server.address().port));`;
/** What each app imports besides the clients, the name of its server span, and its code. */
const APPS = {
  "node:http": {
    imports: "",
    name: "get",
    code: `createServer(async (request, response) => {
      response.end(await call(new URL(request.url, "http://x").searchParams.get("via")));
    }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
  },
  Express: {
    imports: "express",
    name: "get /:version/users/:id",
    code: `const app = express();
      const users = express.Router({ mergeParams: true }).get("/users/:id", async (request, response) => {
        response.send(await call(request.query.via));
      });
      app.use("/:version", users);
      app.listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
  },
  Fastify: { imports: "fastify", name: "get /api/users/:id", code: fastifyApp("fastify") },
  "Fastify 4": { imports: "fastify4", name: "get /api/users/:id", code: fastifyApp("fastify4") },
};
const frameworks = Object.keys(APPS) as (keyof typeof APPS)[];

describe.each([
  ["ESM", "mjs", IMPORT, frameworks],
  ["CommonJS", "cjs", REQUIRE, frameworks],
  ["CommonJS with --import", "cjs", IMPORT, ["node:http"]],
  ["ESM with --require", "mjs", REQUIRE, ["Express"]],
] as const)("%s", (_modules, extension, flags, apps) => {
  test.each(apps)("%s", { timeout: 60_000 }, async (framework) => {
    const { imports, name, code } = APPS[framework];
    const file = `${framework.replaceAll(/\W/g, "-")}.${extension}`;
    const app = await start(file, `${IMPORTS[extension](imports)}\n${CALL}\n${code}`, [...flags]);
    for (const [index, way] of cases.entries()) {
      const url = `${app.url}/api/users/7?via=${encodeURIComponent(way)}`;
      expect(await (await fetch(url, { headers: incoming(index) })).text(), way).toBe("noon");
    }
    await app.stop();
    for (const [index, way] of cases.entries()) {
      const traceId = incoming(index)["x-b3-traceid"];
      const spans = app.reported.filter((span) => span.traceId === traceId);
      expect(spans.map(({ kind }) => kind).sort(), way).toEqual(["CLIENT", "SERVER"]);
      const client = spans.find(({ kind }) => kind === "CLIENT");
      const server = spans.find(({ kind }) => kind === "SERVER");
      expect(server).toMatchObject({ id: INCOMING["x-b3-spanid"] });
      expect(server?.name.toLowerCase()).toBe(name);
      expect(client).toMatchObject({ parentId: INCOMING["x-b3-spanid"] });
      expect(client?.tags["network.protocol.version"], way).toBe("1.1");
      expect(client?.remoteEndpoint).toMatchObject({ ipv4: "127.0.0.1", port: Number(client?.tags["server.port"]) });
      expect(app.received[index]).toMatchObject({
        "x-b3-traceid": traceId,
        "x-b3-spanid": client?.id,
        "x-b3-parentspanid": INCOMING["x-b3-spanid"],
        "x-request-id": INCOMING["x-request-id"],
      });
    }
    expect(app.received).toHaveLength(cases.length);
    expect(app.reported).toHaveLength(2 * cases.length);
    expect(app.said()).toBe("");
    // What carries the spans is no part of any trace.
    for (const headers of app.reports) expect(headers).toMatchObject({ b3: "0" });
  });
});

const EXPLICIT = {
  tracedFetch: "text = await (await tracedFetch(process.env.NEXT)).text();",
  "tracedFetch.from(node-fetch)": "text = await (await tracedFetch.from(nodeFetch)(process.env.NEXT)).text();",
  "tracedFetch.from(undici)": "text = await (await tracedFetch.from(undiciFetch)(process.env.NEXT)).text();",
  tracedHttp: `text = await new Promise((resolve) => tracedHttp.get(process.env.NEXT, async (response) => {
    let all = ""; for await (const chunk of response) all += chunk; resolve(all); }));`,
  "undici's interceptor": "text = await (await undiciRequest(process.env.NEXT, { dispatcher })).body.text();",
};

test("with explicit adapters as well, of either build, all is traced once", { timeout: 60_000 }, async () => {
  const steps = Object.entries(EXPLICIT).map(([name, code]) => `case ${JSON.stringify(name)}: ${code} break;`);
  const code = `import { createServer } from "node:http";
    import { createRequire } from "node:module";
    import { initTracing } from "@meshtrace/core";
    import * as esm from "@meshtrace/http-middleware";
    import { undiciTracing } from "@meshtrace/http-middleware/undici";
    import * as esmHttp from "@meshtrace/http-middleware/http";
    import express from "express";
    import nodeFetch from "node-fetch";
    import { Agent, fetch as undiciFetch, request as undiciRequest } from "undici";
    initTracing();
    const require = createRequire(import.meta.url);
    const builds = {
      esm: { ...esm, ...esmHttp, undiciTracing },
      cjs: {
        ...require("@meshtrace/http-middleware"),
        ...require("@meshtrace/http-middleware/http"),
        ...require("@meshtrace/http-middleware/undici"),
      },
    };
    const app = express().use(builds.esm.tracingMiddleware()).use(builds.cjs.tracingMiddleware());
    const handler = builds.esm.traceHandler(builds.cjs.traceHandler(app));
    createServer(handler).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
    app.get("/:way", async (request, response) => {
      const parameters = new URL(request.url, "http://x").searchParams;
      const { tracedFetch, tracedHttp, undiciTracing } = builds[parameters.get("build")];
      const dispatcher = new Agent().compose(undiciTracing());
      let text;
      switch (parameters.get("via")) { ${steps.join("\n")} }
      response.end(text);
    });`;
  const app = await start("explicit.mjs", code, IMPORT);
  const ways = ["esm", "cjs"].flatMap((build) => Object.keys(EXPLICIT).map((way) => [build, way] as const));
  for (const [index, [build, way]] of ways.entries()) {
    const url = `${app.url}/way?build=${build}&via=${encodeURIComponent(way)}`;
    expect(await (await fetch(url, { headers: incoming(index) })).text(), way).toBe("noon");
  }
  await app.stop();
  expect(app.received).toHaveLength(ways.length);
  for (const [index, way] of ways.entries()) {
    const spans = app.reported.filter(({ traceId }) => traceId === incoming(index)["x-b3-traceid"]);
    expect(spans.map(({ kind }) => kind).sort(), way.join(" ")).toEqual(["CLIENT", "SERVER"]);
    expect(spans.find(({ kind }) => kind === "SERVER")?.name.toLowerCase()).toBe("get /:way");
    expect(app.received[index]?.["x-b3-spanid"]).toBe(spans.find(({ kind }) => kind === "CLIENT")?.id);
  }
  // The app's own initTracing() logs that it comes second.
  expect(app.said().trim().split("\n")).toHaveLength(1);
});

const PLAIN = `import { createServer } from "node:http";
  createServer(async (request, response) => response.end(await (await fetch(process.env.NEXT)).text()))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

test("a bad setting is one clear error, and the app runs: headers are forwarded", async () => {
  const app = await start("bad.mjs", PLAIN, IMPORT, {
    OTEL_TRACES_EXPORTER: "jeager",
    OTEL_BSP_SCHEDULE_DELAY: "soon",
  });
  expect(await (await fetch(app.url, { headers: INCOMING })).text()).toBe("noon");
  expect(app.received[0]).toMatchObject(INCOMING);
  expect(app.said()).toContain("OTEL_TRACES_EXPORTER=jeager: unknown exporter");
  expect(app.said()).toContain("OTEL_BSP_SCHEDULE_DELAY=soon");
  expect(app.said().match(/meshtrace:/g)).toHaveLength(1);
});

test("switched off, it forwards headers and makes no spans", async () => {
  const app = await start("off.mjs", PLAIN, IMPORT, { OTEL_SDK_DISABLED: "true" });
  expect(await (await fetch(app.url, { headers: INCOMING })).text()).toBe("noon");
  expect(app.received[0]).toMatchObject(INCOMING);
  await app.stop();
  expect(app.reported).toEqual([]);
});

test("what carries the spans is marked, whether or not its host is a target", async () => {
  const app = await start("targets.mjs", PLAIN, IMPORT, { MESHTRACE_PROPAGATE_TO: "none" });
  expect(await (await fetch(app.url, { headers: INCOMING })).text()).toBe("noon");
  expect(Object.keys(app.received[0] ?? {}).filter((header) => /b3|request-id/.test(header))).toEqual([]);
  await expect.poll(() => app.reported.map(({ kind }) => kind).sort()).toEqual(["CLIENT", "SERVER"]);
  for (const headers of app.reports) expect(headers).toMatchObject({ b3: "0" });
});

test("SIGTERM sends waiting spans, and ends the process as without tracing", async () => {
  const app = await start("term.mjs", PLAIN, [...IMPORT, ...REQUIRE], { OTEL_BSP_SCHEDULE_DELAY: "60000" });
  expect(await (await fetch(app.url, { headers: INCOMING })).text()).toBe("noon");
  app.child.kill("SIGTERM");
  const [, signal] = await once(app.child, "exit");
  expect(signal).toBe("SIGTERM");
  expect(app.reported.map(({ kind }) => kind).sort()).toEqual(["CLIENT", "SERVER"]);
});

test("http2, and Expect: 100-continue", async () => {
  const code = `import http2 from "node:http2";
    import http from "node:http";
    const answer = (request, response) => response.end("noon");
    const two = http2.createServer(answer).listen(0, "127.0.0.1", () => {
      const session = http2.connect("http://127.0.0.1:" + two.address().port);
      const headers = ${JSON.stringify(INCOMING)};
      session.request({ ":path": "/two", ...headers }).on("close", () => session.close()).resume().end();
    });
    const one = http.createServer(answer).on("checkContinue", (request, response) => {
      response.writeContinue();
      one.emit("request", request, response);
    });
    one.listen(0, "127.0.0.1", () => console.log(one.address().port));`;
  const app = await start("http2.mjs", code, IMPORT);
  await expect.poll(() => app.reported.map(({ tags }) => tags["url.path"]), { timeout: 5000 }).toEqual(["/two"]);
  expect(app.reported[0]).toMatchObject({ traceId: INCOMING["x-b3-traceid"], id: INCOMING["x-b3-spanid"] });
  const continuing = request(app.url, { method: "POST", headers: { expect: "100-continue" } });
  continuing.on("continue", () => continuing.end("x")).flushHeaders();
  await once(continuing, "response");
  await app.stop();
  expect(app.reported.map(({ kind }) => kind)).toEqual(["SERVER", "SERVER"]);
});
