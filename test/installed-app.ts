/**
 * A small app in a folder of its own, with the packed libraries in its node_modules and a neighbour that it calls.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { type Collector, startCollector } from "../packages/examples/demo/collector.js";

/** Characters: who fails may have a minified bundle in its stack. */
const LONGEST_COMPLAINT = 4000;

/** What a sidecar hands to an app. */
export const INCOMING = {
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-sampled": "1",
  "x-request-id": "7c9e6679-7425-90de-944b-e07fc1f90ae7",
};

/** Where an app reports to and what it calls. */
export interface Surroundings {
  readonly collector: Collector;
  /** The headers of each call that the neighbour got. */
  readonly calls: readonly IncomingHttpHeaders[];
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const collector = await startCollector();
  const calls: IncomingHttpHeaders[] = [];
  const neighbour = createServer((request, response) => {
    calls.push(request.headers);
    response.end("noon");
  }).listen(0, "127.0.0.1");
  await once(neighbour, "listening");
  return {
    collector,
    calls,
    environment: {
      PORT: "0",
      TIME_SERVICE_URL: `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`,
      OTEL_EXPORTER_JAEGER_ENDPOINT: new URL("/api/traces", collector.url).href,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      INCOMING: JSON.stringify(INCOMING),
    },
    async close() {
      neighbour.closeAllConnections();
      neighbour.close();
      await collector.close();
    },
  };
}

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

/** An empty folder outside the repository. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "meshtrace-app-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs npm in `folder`; an error carries the end of all that it said. */
export async function npm(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = spawn("npm", args, {
    cwd: folder,
    env: { ...outside(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [code, ...written] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  if (code[0] !== 0)
    throw new Error(`npm ${args.join(" ")} in ${folder}: ${written.join("").slice(-LONGEST_COMPLAINT)}`);
}

export function install(folder: string, ...packages: readonly string[]): Promise<void> {
  return npm(folder, ["install", "--no-audit", "--no-fund", "--prefer-offline", "--save-exact", ...packages]);
}

export interface RunningApp {
  readonly port: Promise<number>;
  /** The exit code; `null` behind a signal. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, on which it flushes. Resolves with everything that it wrote. */
  stop(): Promise<string>;
}

/** Starts `program`; the port is in the line `{"listening": port}` that it writes. */
export function start(
  folder: string,
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningApp {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...outside(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written: string[] = [];
  const gone = once(child, "exit");
  const port = new Promise<number>((resolve, reject) => {
    gone.then(() =>
      reject(
        new Error(
          `${program} ${args.join(" ")} ended before it listened:\n${written.join("\n").slice(-LONGEST_COMPLAINT)}`,
        ),
      ),
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        written.push(line);
        const listening = /"listening":\s*(\d+)/.exec(line)?.[1];
        if (listening !== undefined) resolve(Number(listening));
      });
    }
  });
  // Who does not wait for the port does not learn of a failed start here, but from the request that fails.
  port.catch(() => {});
  return { port, ended: gone.then(([code]) => code), stop: () => stop(child, gone).then(() => written.join("\n")) };
}

async function stop(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(impatient);
}

/** The environment of a user's shell: nothing of the test runner, of npm's or of tracing. */
function outside(): NodeJS.ProcessEnv {
  const ours = /^(npm_|VITEST|NODE_ENV|NODE_OPTIONS|OTEL_|JAEGER_|MESHTRACE_|TEST$|COREPACK_)/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !ours.test(name) || /^npm_config_(registry|cache|userconfig)$/i.test(name),
    ),
  );
}

/** One request through the app: a SERVER span under the caller's, and for each call a CLIENT span under it, whose headers say so. */
export async function expectForwarded({ collector, calls }: Surroundings, count = 1): Promise<void> {
  const spans = await collector.waitFor(INCOMING["x-b3-traceid"], 1 + count, 10_000);
  const server = spans.find(({ kind }) => kind === "SERVER");
  const client = spans.find(({ kind }) => kind === "CLIENT");
  expect(collector.refused).toEqual([]);
  expect(spans).toHaveLength(1 + count);
  expect(server).toMatchObject({ parentId: INCOMING["x-b3-spanid"] });
  expect(calls).toHaveLength(count);
  if (count === 0) return;
  expect(client).toMatchObject({ parentId: server?.spanId });
  expect(calls[0]).toMatchObject({
    "x-b3-traceid": INCOMING["x-b3-traceid"],
    "x-b3-parentspanid": INCOMING["x-b3-spanid"],
    "x-b3-spanid": client?.spanId,
    "x-b3-sampled": "1",
    "x-request-id": INCOMING["x-request-id"],
  });
}
