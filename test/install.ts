/** Installs packages with npm into a folder outside the repository, as a user would. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { userEnvironment } from "./user-environment.js";

/** Enough for a stack trace that contains a minified bundle. */
const MAX_ERROR_LENGTH = 4000;

/** Warnings about other packages: none of our packages is deprecated or has install scripts. */
const FOREIGN_WARNING = /^npm warn (deprecated|install-scripts|allow-scripts)\b/;

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "meshtrace-app-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Returns the path of that version's `node`. npm installs it when this process runs another
 * version.
 */
export function nodePath(version: string): string {
  if (process.versions.node === version) return process.execPath;
  // The path is what tests need, because npx does not pass signals on.
  const print = ["--yes", "--package", `node@${version}`, "node", "--print", "process.execPath"];
  return execFileSync("npx", print, { cwd: tmpdir(), encoding: "utf8" }).trim();
}

export interface NpmOutput {
  readonly out: string;
  readonly err: string;
}

/** Runs npm in `folder`. A failure is an error with the end of npm's output. */
export async function npm(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  node = process.execPath,
): Promise<NpmOutput> {
  const PATH = `${dirname(node)}${delimiter}${process.env["PATH"]}`;
  const child = spawn("npm", args, {
    cwd: folder,
    env: { ...userEnvironment(), PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[code], out, err] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`npm ${args.join(" ")} in ${folder}: ${`${out}${err}`.slice(-MAX_ERROR_LENGTH)}`);
  return { out, err };
}

/**
 * A warning that another author's package needs a newer Node: five lines, the second of which names
 * it.
 */
const FOREIGN_ENGINE =
  /^npm warn EBADENGINE Unsupported.*\n.*package: '(?!@meshtrace\/|@opentelemetry\/api@)(.*\n){3}npm warn EBADENGINE }$/gm;

/**
 * Installs `packages`. A conflict of peers, an unsupported engine and every other warning about
 * ours is an error.
 */
export async function install(folder: string, packages: readonly string[], node = process.execPath): Promise<void> {
  const options = ["--no-audit", "--no-fund", "--prefer-offline", "--save-exact"];
  const { err } = await npm(folder, ["install", ...options, ...packages], {}, node);
  const warnings = err
    .replace(FOREIGN_ENGINE, "")
    .split("\n")
    .filter((line) => line.startsWith("npm warn") && !FOREIGN_WARNING.test(line));
  if (warnings.length > 0) throw new Error(`npm install ${packages.join(" ")}: ${warnings.join("\n")}`);
}

/** Packs the package in `folder`. Returns the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const { out } = await npm(folder, ["pack", "--json"]);
  return `${folder}/${JSON.parse(out)[0].filename}`;
}
