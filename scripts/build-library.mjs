// A library's JavaScript, one file for each entry of `exports` and chunks that entries share: ESM
// by esbuild, CommonJS from it by rollup, because esbuild splits ESM alone. Declarations come from
// tsc, and rollup joins them for packing.
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";

export const LIBRARIES = ["packages/core", "packages/http-middleware", "packages/testing"];

/**
 * Entries of a library that are in one chunk: an app that loads one of them needs most of it, and
 * each file takes time to load.
 */
const LOADED_TOGETHER = {
  "packages/core": { all: ["index", "adapter", "sdk"], more: ["logs", "messages"] },
};

/** The sources behind `exports`: `./dist/esm/server/koa.js` is built from `src/server/koa.ts`. */
export function entries(folder) {
  return entryNames(folder).map((name) => `${folder}/src/${name}.ts`);
}

function entryNames(folder) {
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  return Object.values(exports)
    .map((entry) => entry.import?.default)
    .filter((file) => file !== undefined)
    .map((file) => file.replace("./dist/esm/", "").replace(/\.js$/, ""));
}

/** Returns the version in package.json. */
function versionOf(folder) {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).version;
}

const isExternal = (id) => !/^[./]/.test(id);

async function bundleEsm(folder) {
  // Not installed yet when this file is loaded.
  const { build } = await import("esbuild");
  const options = {
    outbase: `${folder}/src`,
    outdir: `${folder}/dist/esm`,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    metafile: true,
    define: { PACKAGE_VERSION: JSON.stringify(versionOf(folder)) },
  };
  const groups = Object.entries(LOADED_TOGETHER[folder] ?? {});
  if (groups.length === 0) {
    await build({ ...options, entryPoints: entries(folder) });
    return;
  }
  const { metafile } = await build({ ...options, entryPoints: entries(folder), write: false });
  await build({
    ...options,
    entryPoints: groups.map(([group]) => ({ in: `group:${group}`, out: `chunks/${group}` })),
    plugins: [reexporting(folder, Object.fromEntries(groups))],
  });
  for (const [group, names] of groups) {
    for (const name of names) {
      const { exports } = metafile.outputs[`${folder}/dist/esm/${name}.js`];
      const path = `${"../".repeat(name.split("/").length - 1) || "./"}chunks/${group}.js`;
      writeFileSync(`${folder}/dist/esm/${name}.js`, `export { ${exports.join(", ")} } from "${path}";\n`);
    }
  }
}

/** Resolves `group:NAME` to a module with the exports of all entries of that group. */
function reexporting(folder, groups) {
  const namespace = "group";
  return {
    name: "reexporting",
    setup(build) {
      build.onResolve({ filter: /^group:/ }, ({ path }) => ({ path: path.replace("group:", ""), namespace }));
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: groups[path].map((name) => `export * from "./${name}.ts";`).join("\n"),
        resolveDir: `${folder}/src`,
      }));
    },
  };
}

/** CommonJS has no import.meta. Optional packages are resolved from the built file there too. */
const moduleUrl = {
  name: "module-url",
  resolveImportMeta: (property) =>
    property === "url" ? 'require("node:url").pathToFileURL(__filename).href' : undefined,
};

async function bundleCommonJs(folder) {
  const { rollup } = await import("rollup");
  const bundle = await rollup({
    input: Object.fromEntries(entryNames(folder).map((name) => [name, `${folder}/dist/esm/${name}.js`])),
    external: isExternal,
    plugins: [moduleUrl],
    // esbuild left out what is unused.
    treeshake: false,
    onLog: failOnWarning([]),
  });
  await bundle.write({
    dir: `${folder}/dist/cjs`,
    format: "cjs",
    exports: "named",
    esModule: true,
    interop: "default",
    generatedCode: { preset: "es2015", symbols: false },
    hashCharacters: "hex",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[hash].js",
    minifyInternalExports: false,
  });
  await bundle.close();
  writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
}

/** Builds `folder`. tsc must have written its declarations to `dist/esm` before. */
export async function buildLibrary(folder) {
  await bundleEsm(folder);
  await bundleCommonJs(folder);
  cpSync(`${folder}/dist/esm`, `${folder}/dist/cjs`, {
    recursive: true,
    filter: (from) => statSync(from).isDirectory() || from.endsWith(".d.ts"),
  });
}

/**
 * Copies to `target` what is published of `folder`, which was built: JavaScript, and one
 * declaration per entry.
 */
export async function stageLibrary(folder, target) {
  mkdirSync(target, { recursive: true });
  for (const file of ["package.json", "README.md", "LICENSE"]) cpSync(`${folder}/${file}`, `${target}/${file}`);
  for (const format of ["esm", "cjs"]) {
    for (const name of scripts(`${folder}/dist/${format}`))
      cpSync(`${folder}/dist/${format}/${name}`, `${target}/dist/${format}/${name}`);
  }
  cpSync(`${folder}/dist/cjs/package.json`, `${target}/dist/cjs/package.json`);
  await bundleDeclarations(folder, target);
}

function scripts(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
}

async function bundleDeclarations(folder, target) {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({
    input: Object.fromEntries(entryNames(folder).map((name) => [name, `${folder}/dist/esm/${name}.d.ts`])),
    external: isExternal,
    plugins: [dts()],
    // An entry without exports, and types that only other public types name, are meant.
    onLog: failOnWarning(["EMPTY_BUNDLE", "PLUGIN_WARNING"]),
  });
  for (const format of ["esm", "cjs"]) {
    await bundle.write({
      dir: `${target}/dist/${format}`,
      format: "es",
      entryFileNames: "[name].d.ts",
      chunkFileNames: ({ name }) => `chunks/${name.replace(/\.d$/, "")}.d.ts`,
    });
  }
  await bundle.close();
}

function failOnWarning(expected) {
  return (level, log) => {
    if (level === "warn" && !expected.includes(log.code)) throw new Error(`rollup: ${log.message}`);
  };
}
