/**
 * The built hello-world service as a process of its own, reporting to the demo's collector.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { APP_SERVICE } from "./layouts.js";

export interface HelloWorld {
  readonly url: URL;
  /** What it logged so far, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** SIGTERM, on which it flushes; resolves when it has gone. */
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL("../../hello-world/server.js", import.meta.url));

/** Rejects when it ends before it listens; what it says on stderr goes to ours. */
export async function startHelloWorld(collector: URL): Promise<HelloWorld> {
  const child = spawn(process.execPath, ["--enable-source-maps", SERVER], {
    env: {
      ...withoutTracingSettings(process.env),
      // The demo prints where spans go.
      OTEL_LOG_LEVEL: "warn",
      PORT: "0",
      HOST: "127.0.0.1",
      OTEL_SERVICE_NAME: APP_SERVICE,
      OTEL_EXPORTER_JAEGER_ENDPOINT: new URL("/api/traces", collector).href,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.once("exit", () => child.kill());
  const gone = once(child, "exit");
  const log: Record<string, unknown>[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    gone.then(([code]) => reject(new Error(`hello-world ended with ${code} before it listened`)), reject);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const entry = parseLine(line);
      log.push(entry);
      if (typeof entry["listening"] === "number") resolve(entry["listening"]);
    });
  });
  return { url: new URL(`http://127.0.0.1:${port}`), log, stop: () => stop(child, gone) };
}

async function stop(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(impatient);
}

/** The demo shows its own mesh, not what the shell that started it is configured for. */
function withoutTracingSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = ([name]: [string, unknown]): boolean =>
    !/^(OTEL|JAEGER|MESHTRACE)_|^(TIME_SERVICE_URL|NODE_OPTIONS)$/.test(name);
  return Object.fromEntries(Object.entries(environment).filter(ours));
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(line) };
  } catch {
    return { message: line };
  }
}
