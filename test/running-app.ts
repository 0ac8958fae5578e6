/** Starts a small app and reads the port that it prints. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { userEnvironment } from "./user-environment.js";

const MAX_ERROR_LENGTH = 4000;
const KILL_AFTER_MS = 10_000;

export interface RunningApp {
  readonly port: Promise<number>;
  /** The exit code; `null` after a signal. */
  readonly ended: Promise<number | null>;
  /** Sends SIGTERM, on which an app exports its last spans. Resolves with all of its output. */
  stop(): Promise<string>;
}

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

/** Starts `program`, which prints its port in a line `{"listening": port}`. */
export function start(
  folder: string,
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningApp {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...userEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const gone = once(child, "exit");
  const port = new Promise<number>((resolve, reject) => {
    gone.then(() => {
      const end = output.join("\n").slice(-MAX_ERROR_LENGTH);
      reject(new Error(`${program} ${args.join(" ")} ended before it listened:\n${end}`));
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        const listening = /"listening":\s*(\d+)/.exec(line)?.[1];
        if (listening !== undefined) resolve(Number(listening));
      });
    }
  });
  // Tests that know the port do not await it; they see a failed start when their request fails.
  port.catch(() => {});
  return { port, ended: gone.then(([code]) => code), stop: () => stop(child, gone).then(() => output.join("\n")) };
}

async function stop(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await gone;
  clearTimeout(timer);
}
