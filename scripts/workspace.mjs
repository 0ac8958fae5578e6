// The repository's commands, for a machine that has Node and nothing else: installs when needed, builds, then runs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildLibrary, LIBRARIES } from "./build-library.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
const [command = "build", ...rest] = process.argv.slice(2);

const say = (text) => process.stderr.write(`meshtrace: ${text}\n`);

/** Runs a program to its end; one that fails ends this one with the same code. `quiet`: its output goes to stderr. */
function run(program, args, { quiet = false } = {}) {
  const done = spawnSync(program, args, { stdio: ["inherit", quiet ? 2 : "inherit", "inherit"], env: process.env });
  if (done.error) say(`${program}: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const bin = (name) => `node_modules/.bin/${name}`;
const node = (file) => run(process.execPath, ["--enable-source-maps", file, ...rest]);
const vitest = (project, ...more) => run(bin("vitest"), ["run", "--project", project, ...more, ...rest]);

function install() {
  const state = "node_modules/.modules.yaml";
  if (existsSync(state) && statSync(state).mtimeMs > statSync("pnpm-lock.yaml").mtimeMs) return;
  say("installing dependencies ...");
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline"], { quiet: true });
}

async function build() {
  say("building ...");
  run(bin("tsc"), ["-b", ...LIBRARIES], { quiet: true });
  for (const folder of LIBRARIES) await buildLibrary(folder);
  run(bin("tsc"), ["-b", "packages/examples"], { quiet: true });
}

function check() {
  run(bin("tsc"), ["-p", "tsconfig.test.json"]);
  run(bin("biome"), ["check", "."]);
  const rooms = [...LIBRARIES.map((folder) => `${folder}/src`), "packages/examples"];
  run(bin("depcruise"), [...rooms, "--config", ".dependency-cruiser.cjs"]);
  for (const folder of LIBRARIES) {
    run(bin("publint"), ["--strict", "--pack", "npm", folder]);
    run(bin("attw"), ["--pack", folder]);
  }
}

const commands = {
  build() {},
  check,
  demo: () => node("packages/examples/dist/demo/main.js"),
  mesh: () => node("packages/examples/dist/mesh/main.js"),
  bench: () => node("scripts/bench.mjs"),
  test: () => vitest("unit"),
  "test:mesh": () => vitest("mesh"),
  "test:manifests": () => vitest("manifests"),
  "test:packages": () => vitest("packages"),
};

if (!Object.hasOwn(commands, command)) {
  say(`unknown command ${command}; one of ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
install();
await build();
commands[command]();
