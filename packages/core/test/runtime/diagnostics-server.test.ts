/** The report and the settings over HTTP. */
import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { initTracing } from "../../src/init.js";
import { builtPackage, run } from "../built-package.js";
import { freshProcess } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";

beforeEach(freshProcess);
afterEach(freshProcess);
const folder = builtPackage();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts tracing with the server, and returns its origin when it listens. */
async function served(options: Parameters<typeof initTracing>[0] = {}): Promise<string> {
  const port = await freePort();
  const logged = captureLog();
  initTracing({ exporter: "none", diagnostics: { port }, ...options });
  await vi.waitUntil(() => logged.some((line) => line.startsWith("info meshtrace: the report is served at")));
  return `http://127.0.0.1:${port}`;
}

test("GET / has the report and the settings with their sources, without secrets", async () => {
  vi.stubEnv("OTEL_EXPORTER_JAEGER_PASSWORD", "S3CRET");
  const jaeger = { endpoint: "http://bob:S3CRET@127.0.0.1:1/", username: "bob" };
  const answer = await fetch(`${await served({ exporter: "jaeger", jaeger })}/`);
  expect(answer.headers.get("content-type")).toBe("application/json");
  const text = await answer.text();
  expect(text).not.toContain("S3CRET");
  const { report, config } = JSON.parse(text);
  expect(report).toMatchObject({ started: 0, requests: { received: 0 }, headersMalformed: {} });
  expect(config["jaeger.password"]).toEqual({ value: "***", source: "OTEL_EXPORTER_JAEGER_PASSWORD" });
});

test("GET /metrics has the report for Prometheus", async () => {
  const answer = await fetch(`${await served()}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4");
  expect(await answer.text()).toContain('meshtrace_requests_total{outcome="joined"} 0');
});

test("other paths and methods are refused", async () => {
  const origin = await served();
  expect((await fetch(`${origin}/other`)).status).toBe(404);
  expect((await fetch(origin, { method: "POST", body: "x" })).status).toBe(405);
  const head = await fetch(origin, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a page in a browser whose name resolves to this host is refused", async () => {
  const origin = await served();
  for (const [host, status] of Object.entries({ "evil.example:80": 403, "localhost:1": 200, "[::1]:1": 200 })) {
    const sent = request(origin, { headers: { host } }).end();
    const [response] = await once(sent, "response");
    response.resume();
    expect([host, response.statusCode]).toEqual([host, status]);
  }
});

test("a port in use is one warning, and tracing works", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const logged = captureLog();
  const tracing = initTracing({ exporter: "none", diagnostics: { port } });
  const line = `warn meshtrace: the report is not served at 127.0.0.1:${port}: EADDRINUSE`;
  await vi.waitUntil(() => logged.includes(line));
  expect(tracing.tracer.startSpan("x").isRecording()).toBe(true);
});

test("shutdown() closes the server", async () => {
  const port = await freePort();
  const logged = captureLog();
  const tracing = initTracing({ exporter: "none", diagnostics: { port } });
  await vi.waitUntil(() => logged.some((line) => line.includes("is served at")));
  await tracing.shutdown();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test.each(["ESM", "CommonJS"])("%s: the server keeps no process alive", async (kind) => {
  const port = String(await freePort());
  const load =
    kind === "ESM"
      ? 'import { initTracing } from "./index.mjs";'
      : 'import { createRequire } from "node:module"; const { initTracing } = createRequire(import.meta.url)("./index.cjs");';
  const code = `${load}
initTracing();
let answer;
while (answer === undefined) answer = await fetch("http://127.0.0.1:${port}/").catch(() => {});
console.log(answer.status);`;
  const environment = { OTEL_TRACES_EXPORTER: "none", MESHTRACE_DIAGNOSTICS_PORT: port };
  const { end, out } = await run(folder, code, environment).ended;
  expect({ end, out }).toEqual({ end: 0, out: "200\n" });
});
