/**
 * A program that runs beside this one: started, waited for, stopped. None outlives this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { MeshFailure } from "./failure.js";

const OUTPUT_KEPT = 64 * 1024;
const READY_WITHIN = 60_000;
const STOPPED_WITHIN = 6_000;

export interface Program {
  /** For messages: `Envoy gateway`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited but PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it is ready; asked again and again. What it throws counts as "not yet". */
  readonly ready: (running: RunningProcess) => Promise<boolean> | boolean;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** What it printed, the last 64 KiB of both streams. */
  output(): string;
  /** SIGTERM, and SIGKILL where that is not enough. Resolves when it is gone; harmless afterwards. */
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
// The last resort: whoever ends this process without stopping its parts must not leave them running.
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts the program and waits until it is ready. Throws `MeshFailure` with the end of its output otherwise. */
export async function startProcess(program: Program): Promise<RunningProcess> {
  const { name, command, args, ready } = program;
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, args, {
    env: { PATH, HOME, ...program.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    const end = (reason: string): void => {
      ended = reason;
      children.delete(child);
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("close", (code, signal) => end(`exit ${code ?? signal}`));
  });
  if (child.pid !== undefined) children.add(child);
  const running: RunningProcess = {
    name,
    pid: child.pid ?? 0,
    output: () => printed,
    async stop() {
      if (ended !== undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN);
      await gone;
      clearTimeout(timer);
    },
  };
  const deadline = Date.now() + READY_WITHIN;
  while (ended === undefined && Date.now() < deadline) {
    // Another instance may answer on a port that was taken: it counts only while ours is alive.
    if ((await Promise.resolve(ready(running)).catch(() => false)) && ended === undefined) return running;
    await Promise.race([gone, sleep(20)]);
  }
  const reason = ended ?? `not ready within ${READY_WITHIN / 1000} s`;
  await running.stop();
  throw new MeshFailure(`${name} did not start (${reason}): ${lastLine(printed)}`);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 500) || "it printed nothing";
}

// Below the range from which Linux serves those who ask for any port: nobody gets one of these by chance.
const LOWEST_PORT = 10_240;
const HIGHEST_PORT = 32_767;

/** Ports of 127.0.0.1 that nobody listens on, for programs that must be told theirs. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT + 1));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** Whether somebody could listen on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Whether a GET of the URL answers 200. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  return response.status === 200;
}
