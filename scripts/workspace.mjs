// The repository's commands, for a machine that has Node and nothing else: installs when needed, builds, then runs.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const PNPM = "pnpm@10.34.8";
const [command = "build", ...rest] = process.argv.slice(2);

const say = (text) => process.stderr.write(`meshtrace: ${text}\n`);

function run(program, args, { quiet = false } = {}) {
  const done = spawnSync(program, args, { stdio: ["inherit", quiet ? 2 : "inherit", "inherit"], env: process.env });
  if (done.error) say(`${program}: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const bin = (name) => `node_modules/.bin/${name}`;

function install() {
  const state = "node_modules/.modules.yaml";
  if (existsSync(state) && statSync(state).mtimeMs > statSync("pnpm-lock.yaml").mtimeMs) return;
  say("installing dependencies ...");
  run("npx", ["--yes", PNPM, "install", "--frozen-lockfile", "--prefer-offline"], { quiet: true });
}

/** Declarations by tsc; each library as one file of ESM and one of CommonJS by esbuild. */
async function build() {
  say("building ...");
  run(bin("tsc"), ["-b", "packages/core", "packages/http-middleware"], { quiet: true });
  const { build: bundle } = createRequire(import.meta.url)("esbuild");
  for (const name of ["core", "http-middleware"]) {
    const folder = `packages/${name}`;
    for (const [format, out] of [
      ["esm", "esm"],
      ["cjs", "cjs"],
    ]) {
      await bundle({
        entryPoints: [`${folder}/src/index.ts`],
        outfile: `${folder}/dist/${out}/index.js`,
        bundle: true,
        format,
        platform: "node",
        target: "node20",
        packages: "external",
        sourcemap: true,
        // CommonJS has no import.meta; optional packages are looked up from the built file there too.
        ...(format === "cjs"
          ? {
              define: { "import.meta.url": "moduleUrl" },
              banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
            }
          : {}),
      });
    }
    cpSync(`${folder}/dist/esm`, `${folder}/dist/cjs`, {
      recursive: true,
      filter: (from) => statSync(from).isDirectory() || from.endsWith(".d.ts"),
    });
    mkdirSync(`${folder}/dist/cjs`, { recursive: true });
    writeFileSync(`${folder}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
  }
  run(bin("tsc"), ["-b", "packages/examples"], { quiet: true });
}

const commands = {
  build,
  async test() {
    await build();
    run(bin("vitest"), ["run", ...rest]);
  },
  async check() {
    await build();
    run(bin("tsc"), ["-p", "tsconfig.test.json"]);
    run(bin("biome"), ["check", "."]);
    run(bin("depcruise"), [
      "packages/core/src",
      "packages/http-middleware/src",
      "packages/examples",
      "--config",
      ".dependency-cruiser.cjs",
    ]);
    for (const name of ["core", "http-middleware"]) {
      run(bin("publint"), ["--strict", "--pack", "npm", `packages/${name}`]);
      run(bin("attw"), ["--pack", `packages/${name}`]);
    }
  },
};

if (!Object.hasOwn(commands, command)) {
  say(`unknown command ${command}; one of ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
install();
await commands[command]();
