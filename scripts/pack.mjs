// The libraries as npm users get them. By pnpm, which writes versions where `npm pack` would leave
// `workspace:^`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { LIBRARIES, stageLibrary } from "./build-library.mjs";
import { publicationFields } from "./publication.mjs";

const FOLDER = ".cache/packed";
const STAGED = ".cache/staged";

/**
 * Packs what was built; returns the tarballs' paths, in the order in which they depend on each
 * other.
 */
export async function packLibraries() {
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  rmSync(STAGED, { recursive: true, force: true });
  for (const library of LIBRARIES) await stage(library);
  return LIBRARIES.map((library) => {
    const pack = [
      "--yes",
      packageManager,
      "--dir",
      staged(library),
      "pack",
      "--json",
      "--pack-destination",
      `${process.cwd()}/${FOLDER}`,
    ];
    const { status, stdout, stderr } = spawnSync("npx", pack, { encoding: "utf8" });
    if (status !== 0) throw new Error(`packing ${library} failed: ${stdout}${stderr}`);
    return JSON.parse(stdout).filename;
  });
}

const staged = (library) => `${STAGED}/${basename(library)}`;

async function stage(library) {
  await stageLibrary(library, staged(library));
  // Without scripts, which are for the folder in the repository.
  const { scripts: _scripts, ...manifest } = JSON.parse(readFileSync(`${library}/package.json`, "utf8"));
  const published = { ...manifest, ...publicationFields(library) };
  writeFileSync(`${staged(library)}/package.json`, `${JSON.stringify(published, null, 2)}\n`);
  // There pnpm finds the version that `workspace:*` means.
  symlinkSync(`${process.cwd()}/${library}/node_modules`, `${staged(library)}/node_modules`);
}
