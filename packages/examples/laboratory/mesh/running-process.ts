/**
 * A program that runs beside this one: started, waited for, stopped.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { adopt, goOn } from "./children.js";
import { MeshFailure } from "./failure.js";

const OUTPUT_KEPT = 64 * 1024;
const READY_WITHIN = 90_000;
const STOPPED_WITHIN = 6_000;

export interface Program {
  /** For messages: `Envoy gateway`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited but PATH, HOME and TMPDIR. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it is ready; asked again and again. What it throws counts as "not yet". */
  readonly ready: (running: RunningProcess) => Promise<boolean> | boolean;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** What it printed, the last 64 KiB of both streams. */
  output(): string;
  /** Resolves when it is gone, with how it ended: `exit 1`, `exit SIGKILL`. */
  readonly ended: Promise<string>;
  /**
   * SIGTERM, and SIGKILL where that is not enough. Resolves when it is gone; harmless afterwards.
   */
  stop(): Promise<void>;
}

/**
 * Starts the program and waits until it is ready. Throws `MeshFailure` with the end of its output
 * otherwise.
 */
export async function startProcess(program: Program): Promise<RunningProcess> {
  const { name, command, args, ready } = program;
  const inherited = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TMPDIR: tmpdir() };
  goOn();
  const child = spawn(command, args, {
    env: { ...inherited, ...program.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  adopt(child);
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(`exit ${code ?? signal}`));
  });
  void ended.then((how) => {
    end = how;
  });
  const running: RunningProcess = {
    name,
    pid: child.pid ?? 0,
    output: () => printed,
    ended,
    async stop() {
      if (end !== undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN);
      await ended;
      clearTimeout(timer);
    },
  };
  const deadline = Date.now() + READY_WITHIN;
  while (end === undefined && Date.now() < deadline) {
    // Another instance may answer on a port that was taken: it counts only while ours is alive.
    if ((await Promise.resolve(ready(running)).catch(() => false)) && end === undefined) return running;
    await Promise.race([ended, sleep(20)]);
  }
  const reason = end ?? `not ready within ${READY_WITHIN / 1000} s`;
  await running.stop();
  throw new MeshFailure(`${name} did not start (${reason}): ${lastLine(printed)}`);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 500) || "it printed nothing";
}

// Below the range from which Linux serves requests for any port: no one gets one of these by
// chance.
const LOWEST_PORT = 10_240;
const HIGHEST_PORT = 32_767;

/** Free ports of 127.0.0.1, for programs that need theirs as an argument. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT + 1));
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  return [...found];
}

/** Whether the port of 127.0.0.1 is free. */
async function isFree(port: number): Promise<boolean> {
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
