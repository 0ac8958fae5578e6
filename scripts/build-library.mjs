// A library's JavaScript: ESM and CommonJS by esbuild, one file for each entry of `exports`. Declarations come from tsc.
import { cpSync, readFileSync, statSync, writeFileSync } from "node:fs";

export const LIBRARIES = ["packages/core", "packages/http-middleware"];

/** The sources behind `exports`: `./dist/esm/server/koa.js` is built from `src/server/koa.ts`. */
export function entries(folder) {
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return Object.values(exports)
    .map((entry) => entry.import?.default)
    .filter((file) => file !== undefined)
    .map((file) => file.replace("./dist/esm/", `${folder}/src/`).replace(/\.js$/, ".ts"));
}

/** Bundles `folder`'s entries into `outdir/esm` and `outdir/cjs`. */
async function bundle(folder, outdir) {
  // Not installed yet when this file is loaded.
  const { build } = await import("esbuild");
  const shared = {
    entryPoints: entries(folder),
    outbase: `${folder}/src`,
    bundle: true,
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: true,
    // The package contains its sources.
    sourcesContent: false,
  };
  await build({ ...shared, format: "esm", outdir: `${outdir}/esm`, splitting: true, chunkNames: "chunks/[hash]" });
  await build({
    ...shared,
    format: "cjs",
    outdir: `${outdir}/cjs`,
    // CommonJS has no import.meta. Optional packages are resolved from the built file there too.
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: '"use strict"; const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  writeFileSync(`${outdir}/cjs/package.json`, '{ "type": "commonjs" }\n');
}

/** Builds `folder`. tsc must have written its declarations to `dist/esm` before. */
export async function buildLibrary(folder) {
  await bundle(folder, `${folder}/dist`);
  cpSync(`${folder}/dist/esm`, `${folder}/dist/cjs`, {
    recursive: true,
    filter: (from) => statSync(from).isDirectory() || from.endsWith(".d.ts"),
  });
}
