import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { startCollector } from "../laboratory/demo/collector.js";
import { flatten, traceTree } from "../laboratory/demo/trace-tree.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));

/**
 * Starts the built service by its `start` script, as a user does; without a package manager in
 * between.
 */
function start(environment: Record<string, string>) {
  const [program, ...args] = scripts.start.split(" ");
  expect(program).toBe("node");
  const clean = Object.entries(process.env).filter(([name]) => !/^(OTEL|JAEGER|MESHTRACE)_/.test(name));
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...Object.fromEntries(clean), HOST: "127.0.0.1", PORT: "0", ...environment },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { lines: [] as Record<string, unknown>[], stderr: "" };
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => said.lines.push(JSON.parse(line)));
  child.stderr.on("data", (chunk) => (said.stderr += chunk));
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, ...said }));
  const url = async (): Promise<string> => {
    while (said.lines.length === 0) await Promise.race([once(reader, "line"), ended]);
    return `http://127.0.0.1:${said.lines[0]?.["listening"]}`;
  };
  return { child, said, ended, url };
}

const traceId = "463ac35c9f6413ad48485a3953bb6124";
const requestId = "bfc815cd-103a-9c90-80f4-f2b9e34b06a1";
const fromSidecar = {
  "x-request-id": requestId,
  "x-b3-traceid": traceId,
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-parentspanid": "48485a3953bb6124",
  "x-b3-sampled": "1",
};

/** A collector, and the settings with which nothing is sent before the end. */
async function backend() {
  const collector = await startCollector();
  onTestFinished(collector.close);
  const endpoint = new URL("/api/traces", collector.url).href;
  return { collector, environment: { OTEL_EXPORTER_JAEGER_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: "60000" } };
}

test("one line says the port; `/` says hello and `/gettime` tells the time", async () => {
  const { url, said } = start({ OTEL_TRACES_EXPORTER: "none" });
  const base = await url();
  expect(said.lines).toEqual([{ listening: expect.any(Number) }]);
  const hello = await fetch(`${base}/?from=test`);
  expect(hello.headers.get("content-type")).toBe("text/plain");
  expect(await hello.text()).toMatch(/^hello world, I'm running on \w+ with an \w+ CPU$/);
  expect(await (await fetch(`${base}/gettime`)).text()).toMatch(/^The time is \d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(await (await fetch(`${base}/healthz`)).text()).toBe("ok");
  expect((await fetch(`${base}/constructor`)).status).toBe(404);
});

test("the log line leads to the trace, and SIGTERM sends waiting spans", async () => {
  const { collector, environment } = await backend();
  const { url, child, ended } = start({ ...environment, APP_NAME: "hello-world", POD_NAMESPACE: "hello" });
  await (await fetch(`${await url()}/gettime`, { headers: fromSidecar })).text();
  expect(collector.spans(traceId)).toEqual([]);
  child.kill("SIGTERM");
  const { code, lines, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^meshtrace: spans of hello-world\.hello go to jaeger at .+\n$/);
  expect(lines[1]).toEqual({ message: "Received getTime request", traceId, requestId });
  expect(collector.spans(traceId)).toEqual([
    expect.objectContaining({
      service: "hello-world.hello",
      kind: "SERVER",
      parentId: fromSidecar["x-b3-spanid"],
      tags: expect.objectContaining({ "guid:x-request-id": requestId }),
    }),
  ]);
});

test("with TIME_SERVICE_URL two of them make a chain: one trace, one request ID", async () => {
  const { collector, environment } = await backend();
  const time = start({ ...environment, OTEL_SERVICE_NAME: "time" });
  const hello = start({ ...environment, OTEL_SERVICE_NAME: "hello", TIME_SERVICE_URL: await time.url() });
  const answer = await (await fetch(await hello.url(), { headers: fromSidecar })).text();
  expect(answer).toMatch(/^hello world.*\nThe time is /);
  hello.child.kill("SIGTERM");
  time.child.kill("SIGTERM");
  expect((await Promise.all([hello.ended, time.ended])).map(({ code }) => code)).toEqual([0, 0]);
  expect(time.said.lines[1]).toMatchObject({ traceId, requestId });
  const { roots } = traceTree(collector.spans(traceId));
  expect(flatten(roots).map(({ span, depth }) => `${depth} ${span.service} ${span.kind}`)).toEqual([
    "0 hello SERVER",
    "1 hello CLIENT",
    "2 time SERVER",
  ]);
});

test("probes leave no spans", async () => {
  const { collector, environment } = await backend();
  const { url, child, ended } = start(environment);
  await (await fetch(`${await url()}/healthz`, { headers: fromSidecar })).text();
  child.kill("SIGTERM");
  await ended;
  expect(collector.spans(traceId)).toEqual([]);
});

test("SIGTERM lets the request that is being served finish, on a connection that would stay open", async () => {
  const slow = createServer((_request, response) => {
    child.kill("SIGTERM");
    closed().then(() => response.end("The time is late"));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void slow.close());
  await once(slow, "listening");
  const { port } = slow.address() as { port: number };
  const { url, child, ended } = start({ OTEL_TRACES_EXPORTER: "none", TIME_SERVICE_URL: `http://127.0.0.1:${port}` });
  const { hostname, port: appPort } = new URL(await url());
  const refuses = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(Number(appPort), hostname, () => resolve(false)).on("error", () => resolve(true));
      socket.on("connect", () => socket.destroy());
    });
  const closed = () => vi.waitUntil(refuses, { timeout: 10_000 });
  const response = await fetch(await url());
  expect(await response.text()).toContain("The time is late");
  expect(response.headers.get("connection")).toBe("close");
  expect((await ended).code).toBe(0);
});

test("a time service that is not there is a 502 and a log line, and the service lives on", async () => {
  const { url, said } = start({ OTEL_TRACES_EXPORTER: "none", TIME_SERVICE_URL: "http://127.0.0.1:1" });
  const response = await fetch(await url(), { headers: fromSidecar });
  expect([response.status, await response.text()]).toEqual([502, "the time service did not answer"]);
  expect(said.lines[1]).toMatchObject({ message: "The time service did not answer", traceId, requestId });
  expect((await fetch(`${await url()}/gettime`)).status).toBe(200);
});

test.each([
  ["TIME_SERVICE_URL", "time:8080"],
  ["TIME_SERVICE_URL", "http://time:8080/gettime"],
  ["TIME_SERVICE_URL", "not a URL"],
  ["PORT", "http"],
  ["PORT", "65536"],
  ["OTEL_TRACES_EXPORTER", "jeager"],
])("%s=%s: says so at the start, and ends with 1", async (name, value) => {
  const { code, stderr, lines } = await start({ [name]: value }).ended;
  expect({ code, lines }).toEqual({ code: 1, lines: [] });
  expect(stderr).toMatch(new RegExp(`^${name}=${value}: .+\n$`));
});

test("several mistakes are listed at once", async () => {
  const { stderr } = await start({ TIME_SERVICE_URL: "time", PORT: "-1", OTEL_TRACES_EXPORTER: "jeager" }).ended;
  expect(stderr.trim().split("\n")).toHaveLength(3);
});

test("a port that is taken: one sentence", async () => {
  const first = start({ OTEL_TRACES_EXPORTER: "none" });
  const port = new URL(await first.url()).port;
  const { code, stderr } = await start({ OTEL_TRACES_EXPORTER: "none", OTEL_LOG_LEVEL: "warn", PORT: port }).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(`HOST=127.0.0.1 PORT=${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`);
});
