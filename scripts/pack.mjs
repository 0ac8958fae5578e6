// The libraries as npm users get them. By pnpm, which writes versions where `npm pack` would leave `workspace:^`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { LIBRARIES } from "./build-library.mjs";

const FOLDER = ".cache/packed";

/** Packs what was built; returns the tarballs' paths, in the order in which they depend on each other. */
export function packLibraries() {
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  return LIBRARIES.map((library) => {
    const pack = [
      "--yes",
      packageManager,
      "--dir",
      library,
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
