import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { startCollector } from "./collector.js";

/** The built demo: `npm test` builds it first. */
const MAIN = fileURLToPath(new URL("../../dist/laboratory/demo/main.js", import.meta.url));

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (said.stdout += chunk));
  child.stderr.on("data", (chunk) => (said.stderr += chunk));
  const ended = once(child, "close").then(([code]) => ({ code, ...said }));
  return { child, said, ended };
}

const chains: Record<string, string[]> = {
  sidecar: ["hello-gateway-istio.hello SERVER", "hello-gateway-istio.hello CLIENT", "hello-world.hello SERVER"],
  "istio-2018": ["istio-ingressgateway.istio-system CLIENT", "hello-world.hello SERVER"],
  ambient: ["hello-gateway-istio.hello SERVER", "hello-gateway-istio.hello CLIENT"],
  waypoint: ["hello-gateway-istio.hello SERVER", "hello-gateway-istio.hello CLIENT", "waypoint.hello SERVER"],
};

test.each(Object.entries(chains))(
  "--layout %s --json: one chain from the gateway to the app",
  async (name, proxies) => {
    const { code, stdout, stderr } = await start(["--layout", name, "--json"]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ layout: name, ok: true, problems: [] });
    expect(report.requests.map((request: { path: string }) => request.path)).toEqual(["/", "/gettime"]);
    for (const { status, spans, hops, requestId, roots } of report.requests) {
      expect({ status, roots }).toEqual({ status: 200, roots: 1 });
      type Span = { depth: number; service: string; kind: string };
      expect(spans.map((span: Span) => `${span.service} ${span.kind}`)).toEqual([
        ...proxies,
        "hello-world.hello SERVER",
      ]);
      expect(spans.map((span: Span) => span.depth)).toEqual(spans.map((_span: Span, depth: number) => depth));
      const inside: { headers: Record<string, string> }[] = hops.slice(1);
      expect(new Set(inside.map(({ headers }) => headers["x-request-id"]))).toEqual(new Set([requestId]));
    }
  },
);

test("into a pipe: the header table and the waterfall, without colour", async () => {
  const { code, stdout } = await start([]).ended;
  expect(code).toBe(0);
  expect(stdout).toContain("GET / -> 200 hello world, I'm running on");
  expect(stdout).toContain("GET /gettime -> 200 The time is ");
  expect(stdout).toMatch(/client -> gateway +gateway -> sidecar +sidecar -> app/);
  expect(stdout).toMatch(/^x-request-id +- +\+ [0-9a-f-]{36} +[0-9a-f-]{36}$/m);
  expect(stdout).toMatch(/^ {4}└ hello-world\.hello \(app\) +SERVER +[0-9a-f]{16} +[0-9a-f]{16} +[\d.]+ ms +█+$/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  expect(stdout).not.toMatch(/\x1b/);
});

test("settings of the shell it is started from do not change what it shows", async () => {
  const shell = { OTEL_TRACES_EXPORTER: "none", OTEL_SERVICE_NAME: "other", OTEL_SDK_DISABLED: "true" };
  const { code } = await start(["--json"], shell).ended;
  expect(code).toBe(0);
});

test.each([
  [["--layout", "sidecars"], "--layout sidecars: there is no such layout; one of sidecar, "],
  [["--layout", "constructor"], "--layout constructor: there is no such layout; one of sidecar, "],
  [["--jsno"], "Unknown option '--jsno'; the demo takes --layout sidecar|"],
  [["sidecar"], "Unexpected argument 'sidecar'"],
  [["--layout"], "Option '--layout <value>' argument missing; the demo takes"],
])("%j: one sentence and exit 1", async (args, sentence) => {
  const { code, stdout, stderr } = await start(args).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("--keep stays up, shows further requests, and ends well on Ctrl-C", async () => {
  const { child, said, ended } = start(["--keep", "--json"]);
  while (!said.stderr.includes("Ctrl-C")) await once(child.stderr, "data");
  const gateway = /http:\/\/127\.0\.0\.1:\d+\//.exec(said.stderr)?.[0];
  const lines = (): string[] => said.stdout.trim().split("\n");
  expect(lines()).toHaveLength(1);
  await (await fetch(`${gateway}gettime?zone=utc`)).text();
  while (lines().length < 2) await once(child.stdout, "data");
  child.kill("SIGINT");
  const { code } = await ended;
  expect(code).toBe(0);
  const [, further] = lines().map((line) => JSON.parse(line));
  expect(further).toMatchObject({ ok: true, requests: [{ path: "/gettime?zone=utc" }] });
  expect(further.requests[0].spans).toHaveLength(4);
  await expect(fetch(`${gateway}`)).rejects.toThrow();
});

test("stopped before it is ready, it leaves no service behind", async () => {
  const { child, ended } = start([]);
  const childrenOf = `/proc/${child.pid}/task/${child.pid}/children`;
  const children = (): string => (existsSync(childrenOf) ? readFileSync(childrenOf, "utf8").trim() : "");
  if (process.platform === "linux") await vi.waitUntil(() => children() !== "", { timeout: 30_000, interval: 5 });
  const service = children();
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  if (service !== "") await vi.waitUntil(() => !existsSync(`/proc/${service}`), { timeout: 30_000 });
});

test("the collector refuses what it cannot read, and says what", async () => {
  const collector = await startCollector();
  onTestFinished(collector.close);
  const post = async (path: string, body: string): Promise<number> =>
    (await fetch(new URL(path, collector.url), { method: "POST", body })).status;
  expect(await post("/api/traces?format=jaeger.thrift", "garbage")).toBe(400);
  expect(await post("/api/v2/spans", "{}")).toBe(400);
  expect(await post("/api/v2/spans", '[{"traceId":"XYZ","id":"1"}]')).toBe(400);
  expect(await post("/api/v2/spans", "[]")).toBe(202);
  expect(await post("/elsewhere", "[]")).toBe(404);
  expect(collector.refused).toHaveLength(3);
  expect(collector.refused[1]).toBe("2 bytes at /api/v2/spans: a list of spans was expected");
});
