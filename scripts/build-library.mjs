// A library's JavaScript: ESM and CommonJS by esbuild, each entry of its `exports` one file. Declarations come from tsc.
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

export const LIBRARIES = ["packages/core", "packages/http-middleware"];

/** The sources behind `exports`: `./dist/esm/server/koa.js` is built from `src/server/koa.ts`. */
export function entries(folder) {
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return Object.values(exports)
    .map((entry) => entry.import?.default)
    .filter((file) => file !== undefined)
    .map((file) => file.replace("./dist/esm/", `${folder}/src/`).replace(/\.js$/, ".ts"));
}

/** Builds `folder`, whose declarations stand in `dist/esm` already. */
export async function buildLibrary(folder) {
  // Not there before the dependencies are installed.
  const { build } = await import("esbuild");
  const shared = {
    entryPoints: entries(folder),
    outbase: `${folder}/src`,
    bundle: true,
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: true,
    // The sources are in the package.
    sourcesContent: false,
  };
  await build({ ...shared, format: "esm", outdir: `${folder}/dist/esm`, splitting: true, chunkNames: "chunks/[hash]" });
  await build({
    ...shared,
    format: "cjs",
    outdir: `${folder}/dist/cjs`,
    // CommonJS has no import.meta; optional packages are looked up from the built file there too.
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  cpSync(`${folder}/dist/esm`, `${folder}/dist/cjs`, {
    recursive: true,
    filter: (from) => statSync(from).isDirectory() || from.endsWith(".d.ts"),
  });
  mkdirSync(`${folder}/dist/cjs`, { recursive: true });
  writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
}
