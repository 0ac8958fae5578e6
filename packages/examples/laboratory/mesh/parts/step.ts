/**
 * One step of fetching a part: a program that runs to its end, and is heard only when it fails.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, createReadStream } from "node:fs";
import { delimiter, join } from "node:path";
import { adopt, goOn } from "../children.js";
import { MeshFailure } from "../failure.js";

const LINES_SHOWN = 15;

export interface Step {
  /** What the step does, for the sentence that says it failed. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs the step; what it printed. Throws `MeshFailure` with the end of its output when it fails.
 */
export async function runStep({ name, command, args, folder, environment }: Step): Promise<string> {
  // Temporary files of the tools belong into the folder that is removed afterwards.
  const env = { ...process.env, TMPDIR: folder, GOTMPDIR: folder, ...environment };
  goOn();
  // A group of its own: a compiler starts more programs, and all must end with it.
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  adopt(child);
  let output = "";
  const listen = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
  });
  if (code === 0) return output;
  const end = output.trim().split("\n").slice(-LINES_SHOWN).join("\n");
  throw new MeshFailure(`${name} failed (${code})${end === "" ? "" : `:\n${end}`}`);
}

/** Whether a program is on the PATH. */
export function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Throws `MeshFailure` unless the file has that SHA-256. */
export async function verify(file: string, sha256: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const found = hash.digest("hex");
  if (found !== sha256) throw new MeshFailure(`${file} has the SHA-256 ${found}, and not ${sha256}`);
}
