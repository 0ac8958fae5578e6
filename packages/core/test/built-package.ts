/** The built package, ESM and CommonJS, for tests that start processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, onTestFinished } from "vitest";

/**
 * Builds the package into a folder where its dependencies resolve: `./index.mjs`, `./adapter.cjs`
 * and so on. `api`: the package that it imports as OpenTelemetry's API.
 */
export function builtPackage(api = "@opentelemetry/api"): string {
  const parent = fileURLToPath(new URL("../dist", import.meta.url));
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "test-"));
  for (const [format, extension] of [
    ["esm", ".mjs"],
    ["cjs", ".cjs"],
  ] as const) {
    buildSync({
      entryPoints: ["index", "adapter"].map((entry) => fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url))),
      outdir: folder,
      outExtension: { ".js": extension },
      format,
      splitting: format === "esm",
      bundle: true,
      platform: "node",
      external: ["api-1.9", "@opentelemetry/*"],
      alias: api === "@opentelemetry/api" ? {} : { "@opentelemetry/api": api },
      define: format === "cjs" ? { "import.meta.url": "__filename" } : {},
    });
  }
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ended {
  /** The exit code, or the signal's name. */
  readonly end: number | NodeJS.Signals;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when the process has written `text`. */
  readonly says: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/**
 * Runs `code`, ESM, inside the folder. A process that is still running after the test is killed.
 */
export function run(folder: string, code: string, environment: Record<string, string> = {}): Running {
  const file = join(folder, `script-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, code);
  const env = { PATH: process.env["PATH"], OTEL_SERVICE_NAME: "child", ...environment };
  const child = spawn(process.execPath, [file], { env });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "close").then(([code, signal]) => ({ end: signal ?? code, out, err }));
  const says = async (text: string): Promise<void> => {
    while (!out.includes(text)) {
      const more = await Promise.race([once(child.stdout, "data"), ended]);
      if (!Array.isArray(more) && !out.includes(text)) throw new Error(`ended without a word of ${text}: ${err}`);
    }
  };
  return { child, says, ended };
}

/** Starts a server that is closed after the test. Returns its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
