import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { emptyFolder, install, removeFolder } from "./install.js";

const MAX_INSTALLED_BYTES = 4 * 1024 * 1024;

const folder = emptyFolder();
const packages = ["core", "http-middleware"].map((name) => `${folder}/node_modules/@meshtrace/${name}`);

beforeAll(async () => {
  writeFileSync(`${folder}/package.json`, "{}");
  await install(folder, inject("tarballs"));
});
afterAll(() => removeFolder(folder));

test("an install brings three packages", () => {
  const listed = execFileSync("npm", ["ls", "--all", "--parseable"], { cwd: folder, encoding: "utf8" });
  const names = listed.trim().split("\n").slice(1);
  expect(names.map((path) => path.replace(/.*node_modules\//, "")).sort()).toEqual([
    "@meshtrace/core",
    "@meshtrace/http-middleware",
    "@opentelemetry/api",
  ]);
});

test("an install takes at most 4 MiB", () => {
  const sizes = readdirSync(`${folder}/node_modules`, { recursive: true, encoding: "utf8" })
    .map((name) => lstatSync(`${folder}/node_modules/${name}`))
    .filter((entry) => entry.isFile())
    .map((file) => file.size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.info(`installed: ${sizes.length} files, ${(bytes / 1024 / 1024).toFixed(2)} MiB`);
  expect(bytes).toBeLessThanOrEqual(MAX_INSTALLED_BYTES);
});

test.each(packages)("%s contains what is published and nothing else", (path) => {
  expect(readdirSync(path).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json", "src"]);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => /\.(test|bench)\.|tsbuildinfo|node_modules/.test(file))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  expect(scripts).toBeUndefined();
});

test("core has no dependencies, and the middleware depends on the exact version of core", () => {
  const [core, middleware] = packages.map((path) => JSON.parse(readFileSync(`${path}/package.json`, "utf8")));
  expect(core.dependencies).toBeUndefined();
  expect(middleware.dependencies).toEqual({ "@meshtrace/core": core.version });
});

test.each(packages)("%s: source maps name sources that are published", (path) => {
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  const maps = files.filter((file) => file.endsWith(".js.map"));
  expect(maps.length).toBeGreaterThan(0);
  for (const map of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(`${path}/${map}`, "utf8"));
    expect(sourcesContent).toBeUndefined();
    for (const source of sources) expect(files).toContain(new URL(source, `file:///${map}`).pathname.slice(1));
  }
});
