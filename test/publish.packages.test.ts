/**
 * A fresh clone packs and publishes to a registry, and the README's program runs with what is
 * installed from it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import { emptyFolder, npm, removeFolder } from "./install.js";
import { type Registry, startRegistry } from "./registry.js";
import { freePort, start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";
import { tenLines } from "./ten-lines.js";
import { userEnvironment } from "./user-environment.js";
import { API_1_10 } from "./versions.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = emptyFolder();
const clone = `${folder}/clone`;
const ADDRESS = "https://github.com/example/meshtrace";
let registry: Registry;

/** The files of the repository as they are now, without what git ignores. */
function cloneRepository(): void {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  for (const file of listed.trim().split("\n")) {
    if (existsSync(`${root}/${file}`)) cpSync(`${root}/${file}`, `${clone}/${file}`);
  }
  // The dependencies are those of the repository, so the lock file is older than they are.
  utimesSync(`${clone}/pnpm-lock.yaml`, 0, 0);
  for (const library of [
    "",
    ...["core", "http-middleware", "testing", "examples"].map((name) => `packages/${name}/`),
  ]) {
    symlinkSync(`${root}/${library}node_modules`, `${clone}/${library}node_modules`);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: clone });
}

interface Ended {
  readonly status: number | null;
  /** Lines of the output, without npm's own. */
  readonly lines: readonly string[];
}

function run(command: string, args: readonly string[], cwd = clone): Ended {
  const env = { ...userEnvironment(), ...registry.environment };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  const lines = `${stdout}${stderr}`
    .split("\n")
    .filter((line) => line !== "" && !/^(npm (error|notice|warn)|>)/.test(line));
  return { status, lines };
}

function changeManifest(change: (manifest: Record<string, unknown>) => void): void {
  const manifest = JSON.parse(readFileSync(`${clone}/package.json`, "utf8"));
  change(manifest);
  writeFileSync(`${clone}/package.json`, JSON.stringify(manifest, null, 2));
}

beforeAll(async () => {
  registry = await startRegistry(`${folder}/registry`);
  cloneRepository();
});
afterAll(async () => {
  await registry?.stop();
  removeFolder(folder);
});

test("`npm pack` in a package without a build is refused with one sentence", () => {
  const { status, lines } = run("npm", ["pack"], `${clone}/packages/core`);
  expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringContaining("nothing is built here; run")] });
});

test("`npm publish` in a package without a build is refused with one sentence", () => {
  const { status, lines } = run("npm", ["publish"], `${clone}/packages/core`);
  expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringContaining("nothing is built here; run")] });
});

test("`npm run version:packages` without a changeset is refused with one sentence", () => {
  for (const name of readdirSync(`${clone}/.changeset`)) {
    if (name.endsWith(".md") && name !== "README.md") rmSync(`${clone}/.changeset/${name}`);
  }
  const { status, lines } = run("npm", ["run", "--silent", "version:packages"]);
  expect({ status, lines }).toEqual({ status: 1, lines: [expect.stringContaining("there is no changeset")] });
});

test("`npm run release` without a public address is refused with one sentence", () => {
  changeManifest((manifest) => {
    delete manifest["homepage"];
    delete manifest["author"];
  });
  const { status, lines } = run("npm", ["run", "--silent", "release"]);
  expect({ status, lines }).toEqual({
    status: 1,
    lines: [expect.stringContaining("set homepage and author in package.json")],
  });
});

test("`npm run release` without packed packages is refused with one sentence", () => {
  changeManifest((manifest) => Object.assign(manifest, { homepage: ADDRESS, author: "An author" }));
  const { status, lines } = run("npm", ["run", "--silent", "release"]);
  expect({ status, lines }).toEqual({
    status: 1,
    lines: [expect.stringContaining("is missing; run `npm run check` first")],
  });
});

test("the packages are published once, and the README's program runs with them", async () => {
  const packed = dirname(inject("tarballs")[0] ?? "");
  cpSync(packed, `${clone}/.cache/packed`, { recursive: true });
  const count = readdirSync(packed).length;
  const release = ["run", "--silent", "release", "--", `--registry=${registry.url}`];
  const first = run("npm", release);
  expect(first).toEqual({ status: 0, lines: expect.any(Array) });
  expect(first.lines.filter((line) => line.endsWith(" is published"))).toHaveLength(count);
  const second = run("npm", release);
  expect(second.status).toBe(0);
  expect(second.lines.filter((line) => line.endsWith("is published already"))).toHaveLength(count);

  const app = `${folder}/app`;
  mkdirSync(app);
  writeFileSync(`${app}/package.json`, "{}");
  writeFileSync(`${app}/server.mjs`, tenLines);
  const packages = ["@meshtrace/core", "@meshtrace/http-middleware", API_1_10];
  await npm(app, ["install", "--no-audit", "--no-fund", ...packages], registry.environment);
  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  const PORT = await freePort();
  const running = start(app, [process.execPath, "server.mjs"], { ...surroundings.environment, PORT });
  onTestFinished(async () => void (await running.stop()));
  const ask = (): Promise<string> =>
    fetch(`http://127.0.0.1:${PORT}/`, { headers: INCOMING }).then((reply) => reply.text(), String);
  await expect.poll(ask, { timeout: 10_000 }).toBe("noon");
  await expectForwarded(surroundings);
});
