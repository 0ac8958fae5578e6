/**
 * Fetching the parts, where something is in the way. The real fetching is what every run in a real
 * mesh starts with.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pathOf } from "../parts/catalog.js";
import { install, installed } from "../parts/install.js";

let folder: string;
let cache: string;
const said: string[] = [];
const say = (line: string): void => {
  said.push(line);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mesh-parts-"));
  cache = join(folder, "cache");
  mkdirSync(cache);
  vi.stubEnv("MESH_CACHE", cache);
  vi.stubEnv("PATH", folder);
  said.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * A program on the PATH that does what a broken network or a changed package would make the real
 * one do.
 */
function tool(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function putInCache(name: "envoy" | "zipkin"): void {
  mkdirSync(dirname(pathOf(name)), { recursive: true });
  writeFileSync(pathOf(name), "");
}

test("a tool that is not there is named, with what it is for", async () => {
  await expect(install(["jaeger"], say)).rejects.toThrow(
    "jaeger is not installed, and fetching it needs go, which is not on the PATH",
  );
  await expect(install(["zipkin"], say)).rejects.toThrow("zipkin needs java, which is not on the PATH");
  putInCache("zipkin");
  expect(() => installed("zipkin")).toThrow("zipkin needs java");
});

test("a tool that fails is reported with the end of its output, and nothing is left", async () => {
  tool("go", 'echo "dial tcp: no route to host" >&2; exit 7');
  await expect(install(["jaeger"], say)).rejects.toThrow(/^jaeger could not be installed: .* failed \(7\):\ndial tcp/);
  expect(readdirSync(cache)).toEqual([]);
});

test("a file that is another than the one expected is refused, and nothing is left", async () => {
  tool("java", "exit 0");
  tool("mvn", "echo other >zipkin-server-3.6.1-exec.jar");
  await expect(install(["zipkin"], say)).rejects.toThrow(/has the SHA-256 [0-9a-f]{64}, and not d8326e0e/);
  expect(readdirSync(cache)).toEqual([]);
});

test("what is there already needs no tool to fetch it", async () => {
  putInCache("envoy");
  expect(await install(["envoy"], say)).toEqual({ envoy: pathOf("envoy") });
  expect(installed("envoy")).toBe(pathOf("envoy"));
  expect(said).toEqual([]);
});

test("a second process waits for the first, and finds the part", async () => {
  tool("python3", "exit 1");
  writeFileSync(join(cache, ".envoy.lock"), String(process.pid));
  const waiting = install(["envoy"], say);
  await vi.waitUntil(() => said.length > 0);
  expect(said).toEqual([`waiting for process ${process.pid}, which is fetching envoy ...`]);
  putInCache("envoy");
  rmSync(join(cache, ".envoy.lock"));
  expect(await waiting).toEqual({ envoy: pathOf("envoy") });
});

test("the lock of a process that has ended delays no one", async () => {
  tool("python3", "exit 1");
  writeFileSync(join(cache, ".envoy.lock"), String(spawnSync("/bin/true").pid));
  await expect(install(["envoy"], say)).rejects.toThrow("envoy could not be installed");
  expect(existsSync(join(cache, ".envoy.lock"))).toBe(false);
});
