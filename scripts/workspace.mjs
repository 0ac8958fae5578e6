// The repository's commands, for a machine that has Node and nothing else: installs when needed,
// builds, then runs.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildLibrary, LIBRARIES } from "./build-library.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
const [command = "build", ...rest] = process.argv.slice(2);

const say = (text) => process.stderr.write(`meshtrace: ${text}\n`);

/**
 * Runs a program to its end; one that fails ends this one with the same code. `quiet`: its output
 * goes to stderr.
 */
function run(program, args, { quiet = false } = {}) {
  const done = spawnSync(program, args, { stdio: ["inherit", quiet ? 2 : "inherit", "inherit"], env: process.env });
  if (done.error) say(`${program}: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/**
 * Runs a program that stays up until a signal: the signal goes on to it, and what it has to end is
 * waited for.
 */
function stay(file) {
  const child = spawn(process.execPath, ["--enable-source-maps", file, ...rest], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("close", (code) => process.exit(code ?? 1));
}

const MESH_PARTS = ["envoy", "zipkin", "jaeger", "compose", "nats", "valkey", "kafka", "elasticmq"];

const bin = (name) => `node_modules/.bin/${name}`;
const node = (file, input = rest) => run(process.execPath, ["--enable-source-maps", file, ...input]);
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

/** Nothing of an earlier build may end up in a package. */
async function buildAnew() {
  for (const folder of LIBRARIES) rmSync(`${folder}/dist`, { recursive: true, force: true });
  await build();
}

const commands = {
  build() {},
  async check() {
    // Not there before the dependencies are installed.
    const { check } = await import("./check.mjs");
    if (!(await check(say))) process.exitCode = 1;
  },
  demo: () => node("packages/examples/dist/laboratory/demo/main.js"),
  mesh: () => stay("packages/examples/dist/laboratory/mesh/main.js"),
  pictures: () => node("packages/examples/dist/laboratory/pictures/main.js"),
  docs() {
    vitest("unit", "test/links.test.ts", "test/documents.test.ts");
    run(bin("vitepress"), ["build", "docs"]);
    run(bin("typedoc"), []);
    say("dist/docs has the site; npx vitepress preview docs shows it");
  },
  bench: () => node("bench/main.mjs"),
  soak: () => node("scripts/soak/main.mjs"),
  // A part of the tests covers a part of the code: no thresholds then.
  test: () => vitest("unit", ...(rest.every((word) => word.startsWith("-")) ? ["--coverage"] : [])),
  /** `changeset version`, which has no exit code of its own for "nothing to do". */
  "version:packages"() {
    if (!readdirSync(".changeset").some((name) => name.endsWith(".md") && name !== "README.md")) {
      say("there is no changeset; `npx changeset` writes one");
      process.exit(1);
    }
    run(bin("changeset"), ["version", ...rest]);
  },
  async release() {
    const { release } = await import("./release.mjs");
    if (!release(say, rest)) process.exitCode = 1;
  },
  "test:mesh"() {
    // Minutes the first time, and nothing afterwards: no test should wait for it.
    node("packages/examples/dist/laboratory/mesh/parts/main.js", MESH_PARTS);
    vitest("mesh");
  },
  "test:manifests": () => vitest("manifests"),
  "test:packages": () => vitest("packages"),
};

if (!Object.hasOwn(commands, command)) {
  say(`unknown command ${command}; one of ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
install();
if (["bench", "check", "test:packages"].includes(command)) await buildAnew();
else if (!["release", "version:packages"].includes(command)) await build();
await commands[command]();
