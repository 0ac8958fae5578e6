/**
 * Runs an app of this folder without tracing, or with tracing in one of its forms, over the built
 * packages.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Mode {
  readonly mode: "bare" | "adapters" | "in place" | "register";
  readonly sampled: boolean;
}

export const BARE: Mode = { mode: "bare", sampled: true };
export const TRACED: readonly Mode[] = [
  { mode: "adapters", sampled: true },
  { mode: "adapters", sampled: false },
  { mode: "in place", sampled: true },
  { mode: "register", sampled: true },
  { mode: "register", sampled: false },
];

export const nameOf = ({ mode, sampled }: Mode): string => (sampled ? mode : `${mode}, unsampled`);

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const REGISTER = ["--import", "@meshtrace/http-middleware/register"];

/** `file` is the app's path from this folder. `onOutput` gets all of its standard output so far. */
export function runChild(
  file: string,
  { mode, sampled }: Mode,
  args: readonly string[],
  { env = {}, flags = [], onOutput }: Options = {},
): Promise<Ended> {
  const app = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [...flags, ...(mode === "register" ? REGISTER : []), app, ...args], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      PATH: process.env["PATH"],
      NODE_NO_WARNINGS: "1",
      OTEL_SERVICE_NAME: "parity",
      OTEL_TRACES_EXPORTER: "none",
      OTEL_TRACES_SAMPLER: sampled ? "always_on" : "always_off",
      PARITY_MODE: mode,
      PARITY_SAMPLED: sampled ? "1" : "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    onOutput?.(stdout, child.pid as number);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr: withoutOurLines(stderr) }));
  });
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly onOutput?: (stdout: string, pid: number) => void;
}

/** Log lines of the library itself: the only output that differs. */
function withoutOurLines(text: string): string {
  return text.replaceAll(/^meshtrace: .*\n/gm, "");
}
