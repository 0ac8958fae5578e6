/**
 * Fetches the parts that are missing. A part appears in the cache when it is whole and verified,
 * and not before.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { goOn } from "../children.js";
import { MeshFailure } from "../failure.js";
import { cacheFolder, PARTS, type Part, type PartName, pathOf } from "./catalog.js";
import { RECIPES } from "./recipes.js";
import { onPath } from "./step.js";

/**
 * The files of the parts, each fetched where it is missing. `say` hears what takes time. Throws
 * `MeshFailure` with one sentence that names the part and what it lacks.
 */
export async function install<Name extends PartName>(
  names: readonly Name[],
  say: (line: string) => void,
): Promise<Readonly<Record<Name, string>>> {
  for (const name of names) {
    requireTools(name, "runsOn");
    if (existsSync(pathOf(name))) continue;
    requireTools(name, "tools");
    await withLock(name, () => make(name, say), say);
  }
  return Object.fromEntries(names.map((name) => [name, pathOf(name)])) as Record<Name, string>;
}

/** A part that must be there. Throws `MeshFailure` that says how it is had. */
export function installed(name: PartName): string {
  requireTools(name, "runsOn");
  const file = pathOf(name);
  if (existsSync(file)) return file;
  throw new MeshFailure(`${name} is missing at ${file}: npm run test:mesh and npm run mesh fetch it`);
}

function requireTools(name: PartName, purpose: "tools" | "runsOn"): void {
  const part: Part = PARTS[name];
  const missing = part[purpose].filter((tool) => !onPath(tool));
  if (missing.length === 0) return;
  const what = purpose === "tools" ? "is not installed, and fetching it needs" : "needs";
  throw new MeshFailure(`${name} ${what} ${missing.join(" and ")}, which is not on the PATH`);
}

async function make(name: PartName, say: (line: string) => void): Promise<void> {
  const file = pathOf(name);
  if (existsSync(file)) return;
  say(`${PARTS[name].effort} ...`);
  const begun = Date.now();
  const folder = await mkdtemp(join(cacheFolder(), `.${name}-`));
  try {
    const made = await RECIPES[name](folder);
    await mkdir(dirname(file), { recursive: true });
    await rename(made, file);
  } catch (error) {
    if (error instanceof MeshFailure) throw new MeshFailure(`${name} could not be installed: ${error.message}`);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`${name} is ready after ${Math.round((Date.now() - begun) / 1000)} s`);
}

/** One process at a time makes a part; a lock whose process is gone counts as none. */
async function withLock(name: PartName, work: () => Promise<void>, say: (line: string) => void): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const lock = join(cacheFolder(), `.${name}.lock`);
  let waited = false;
  for (;;) {
    try {
      const handle = await open(lock, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(lock, "utf8").catch(() => ""));
    if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
    else if (!waited) say(`waiting for process ${owner || "?"}, which is fetching ${name} ...`);
    waited = true;
    await sleep(500);
    goOn();
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
