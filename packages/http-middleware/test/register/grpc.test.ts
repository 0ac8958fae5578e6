/** Apps that know nothing of tracing, and serve and call gRPC. */
import { describe, expect, test } from "vitest";
import { IMPORT, INCOMING, REQUIRE, start } from "./app.js";
import { grpcApp, IMPORTS } from "./grpc-app.js";

const KINDS = ["unary", "clientStream", "serverStream", "bidi"];

type App = Awaited<ReturnType<typeof start>>;

/** Asks the app for a call of that kind, and waits for its spans, which are of these kinds. */
async function spansOf(app: App, kind: string, kinds: readonly string[]) {
  const before = app.reported.length;
  expect(await (await fetch(`${app.url}/${kind}`, { headers: INCOMING })).text()).toBe("noon");
  await expect.poll(() => app.reported.length - before, { timeout: 10_000 }).toBeGreaterThanOrEqual(kinds.length);
  const spans = app.reported.slice(before);
  expect(spans.map((span) => `${span.kind} ${span.tags["rpc.system"] ?? "http"}`).sort(), kind).toEqual(kinds);
  const find = (side: string, grpc: boolean) =>
    spans.find((span) => span.kind === side && (span.tags["rpc.system"] === "grpc") === grpc);
  return {
    request: find("SERVER", false),
    client: find("CLIENT", true),
    server: find("SERVER", true),
    next: find("CLIENT", false),
  };
}

/** Ends the app, and expects that it has reported `count` spans in all. */
async function expectNoMore(app: App, count: number): Promise<void> {
  await app.stop();
  expect(app.reported.map(({ kind, name }) => `${kind} ${name}`)).toHaveLength(count);
}

const ALL = ["CLIENT grpc", "CLIENT http", "SERVER grpc", "SERVER http"];

/**
 * One chain: the request, the call that it makes, the same call at the server, and the request that
 * the handler makes.
 */
async function expectChain(app: App, kind: string): Promise<void> {
  const { request, client, server, next } = await spansOf(app, kind, ALL);
  const traceId = INCOMING["x-b3-traceid"];
  expect(request).toMatchObject({ traceId, id: INCOMING["x-b3-spanid"], shared: true });
  expect(client).toMatchObject({ traceId, parentId: request?.id });
  expect(client?.name.toLowerCase()).toBe(`shop.reviews/${kind.toLowerCase()}`);
  expect(server).toMatchObject({ traceId, id: client?.id, parentId: request?.id, shared: true });
  expect(server?.name.toLowerCase()).toBe(`shop.reviews/${kind.toLowerCase()}`);
  expect(next).toMatchObject({ traceId, parentId: server?.id });
  for (const span of [client, server]) expect(span?.tags["rpc.grpc.status_code"]).toBe("0");
  expect(app.received.at(-1)).toMatchObject({
    "x-b3-spanid": next?.id,
    "x-request-id": INCOMING["x-request-id"],
  });
}

describe.each([
  ["ESM", "mjs", IMPORT],
  ["CommonJS", "cjs", REQUIRE],
  ["CommonJS with --import", "cjs", IMPORT],
  ["ESM with --require", "mjs", REQUIRE],
] as const)("gRPC, %s", (modules, extension, flags) => {
  test("servers and clients of an unchanged app, calls of all kinds", { timeout: 20_000 }, async () => {
    const file = `grpc-${modules.replaceAll(/\W/g, "-")}.${extension}`;
    const app = await start(file, IMPORTS[extension] + grpcApp(), [...flags]);
    for (const kind of KINDS) await expectChain(app, kind);
    await expectNoMore(app, KINDS.length * ALL.length);
    expect(app.said()).toBe("");
  });
});

const EXPLICIT = `${IMPORTS.mjs}
  import { createRequire } from "node:module";
  import { InterceptingCall, ServerInterceptingCall } from "@grpc/grpc-js";
  import * as esm from "@meshtrace/http-middleware/grpc";
  const cjs = createRequire(import.meta.url)("@meshtrace/http-middleware/grpc");
  // Those of the app's own, which hand on metadata that they have copied.
  const copyingServer = (_method, call) => new ServerInterceptingCall(call, {
    start: (go) => go({ onReceiveMetadata: (metadata, go) => go(metadata.clone()) }),
  });
  const copyingClient = (options, next) => new InterceptingCall(next(options), {
    start: (metadata, listener, go) => go(metadata.clone(), listener),
  });
  const named = { spanName: () => "by hand" };`;

describe("with explicit interceptors as well, all is traced once", () => {
  test.each(["esm", "cjs"])("of the %s build, with their options", { timeout: 20_000 }, async (build) => {
    const app = await start(
      `grpc-explicit-${build}.mjs`,
      EXPLICIT +
        grpcApp({
          serverInterceptors: `[copyingServer, ${build}.tracingServerInterceptor(named)]`,
          clientInterceptors: `[${build}.tracingClientInterceptor(named), copyingClient]`,
        }),
      IMPORT,
    );
    for (const kind of KINDS) {
      const { request, client, server } = await spansOf(app, kind, ALL);
      expect(client).toMatchObject({ name: "by hand", parentId: request?.id });
      expect(server).toMatchObject({ name: "by hand", id: client?.id, parentId: request?.id });
    }
    await expectNoMore(app, KINDS.length * ALL.length);
  });

  test("of both builds at once, and hidden in another function", { timeout: 20_000 }, async () => {
    const app = await start(
      "grpc-explicit-both.mjs",
      EXPLICIT +
        grpcApp({
          serverInterceptors: `["esm", "cjs"].flatMap((build) => {
            const tracing = { esm, cjs }[build].tracingServerInterceptor();
            return [copyingServer, (method, call) => tracing(method, call)];
          })`,
          clientInterceptors: `["esm", "cjs"].flatMap((build) => {
            const tracing = { esm, cjs }[build].tracingClientInterceptor();
            return [(options, next) => tracing(options, next), copyingClient];
          })`,
        }),
      IMPORT,
    );
    for (const kind of KINDS) await expectChain(app, kind);
    await expectNoMore(app, KINDS.length * ALL.length);
  });

  test("a call that the app wants untraced stays untraced", { timeout: 20_000 }, async () => {
    const app = await start(
      "grpc-untraced.mjs",
      EXPLICIT +
        grpcApp({
          clientInterceptors: "[esm.tracingClientInterceptor()]",
          callOptions: "{ tracing: false }",
        }),
      IMPORT,
    );
    const kinds = ["CLIENT http", "SERVER grpc", "SERVER http"];
    const { server } = await spansOf(app, "unary", kinds);
    expect(server?.traceId).not.toBe(INCOMING["x-b3-traceid"]);
    await expectNoMore(app, kinds.length);
  });
});

test("an app that does not use gRPC does not load it", async () => {
  const code = `import { createServer } from "node:http";
    import { createRequire } from "node:module";
    import "connect";
    const { cache } = createRequire(import.meta.url);
    createServer((_request, response) => response.end(JSON.stringify(Object.keys(cache))))
      .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const app = await start("grpc-unused.mjs", code, IMPORT);
  const loaded = (await (await fetch(app.url)).json()) as string[];
  // The list is one that shows what is loaded.
  expect(loaded).toContainEqual(expect.stringMatching(/[\\/]connect[\\/]index\.js$/));
  expect(loaded.filter((file) => file.includes("grpc-js"))).toEqual([]);
});

test("a copy that was there before the flag's turn is found", { timeout: 20_000 }, async () => {
  const app = await start("grpc-before.cjs", IMPORTS.cjs + grpcApp(), ["--require", "@grpc/grpc-js", ...IMPORT]);
  await expectChain(app, "unary");
});

test("servers before 1.11 go on untraced, and their clients are traced", { timeout: 20_000 }, async () => {
  const code = IMPORTS.cjs.replace("@grpc/grpc-js", "grpc-js-1.10") + grpcApp();
  const app = await start("grpc-old.cjs", code, REQUIRE, { OTEL_LOG_LEVEL: "debug" });
  const { request, client } = await spansOf(app, "unary", ["CLIENT grpc", "CLIENT http", "SERVER http"]);
  await expectNoMore(app, 3);
  expect(client).toMatchObject({ traceId: INCOMING["x-b3-traceid"], parentId: request?.id });
  expect(app.said().match(/before 1\.11/g)).toHaveLength(1);
});

test("a copy of another shape is left as it is", { timeout: 20_000 }, async () => {
  const code = `
    const { mkdirSync, mkdtempSync, writeFileSync } = require("node:fs");
    const folder = mkdtempSync(require("node:os").tmpdir() + "/") + "/@grpc/grpc-js/build/src";
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + "/index.js", "exports.kind = 'other';");
    const { kind } = require(folder + "/index.js");
    require("node:http").createServer((_request, response) => response.end(kind))
      .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const app = await start("grpc-other.cjs", code, REQUIRE, { OTEL_LOG_LEVEL: "debug" });
  expect(await (await fetch(app.url)).text()).toBe("other");
  expect(app.said()).toContain("this copy of @grpc/grpc-js is not traced");
});
