import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { emptyFolder, install, removeFolder } from "./install.js";

const MAX_INSTALLED_BYTES = 4 * 1024 * 1024;
const BLOCK_BYTES = 4096;

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
    // A file takes whole blocks of a disk, a folder at least one.
    .map(({ size }) => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.info(`installed: ${sizes.length} files and folders, ${(bytes / 1024 / 1024).toFixed(2)} MiB`);
  expect(bytes).toBeLessThanOrEqual(MAX_INSTALLED_BYTES);
});

test.each(packages)("%s contains what is published and nothing else", (path) => {
  expect(readdirSync(path).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
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

test.each(packages)("%s: entries share code and declarations, without source maps", (path) => {
  const { exports } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  const entries = Object.values<string | { readonly import: { readonly types: string } }>(exports)
    .flatMap((entry) => (typeof entry === "string" ? [] : [entry.import.types.replace("./dist/esm/", "")]))
    .sort();
  for (const format of ["esm", "cjs"]) {
    const files = readdirSync(`${path}/dist/${format}`, { recursive: true, encoding: "utf8" });
    const published = files.filter((file) => !file.startsWith("chunks/") && file.endsWith(".d.ts"));
    expect(published.sort()).toEqual(entries);
    expect(files.filter((file) => /^chunks\/.*\.js$/.test(file))).not.toEqual([]);
    expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
  }
});
