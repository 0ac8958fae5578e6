import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { emptyFolder, install, removeFolder } from "./installed-app.js";

const folder = emptyFolder();
const packages = ["core", "http-middleware"].map((name) => `${folder}/node_modules/@meshtrace/${name}`);

beforeAll(async () => {
  writeFileSync(`${folder}/package.json`, "{}");
  await install(folder, ...inject("tarballs"), "@opentelemetry/api@1.9.1");
});
afterAll(() => removeFolder(folder));

test("an install brings at most twelve packages", () => {
  const listed = execFileSync("npm", ["ls", "--all", "--parseable"], { cwd: folder, encoding: "utf8" });
  const installed = new Set(
    listed
      .trim()
      .split("\n")
      .filter((path) => path !== folder && path.includes("node_modules")),
  );
  expect([...installed].filter((path) => path.endsWith("@meshtrace/core"))).toHaveLength(1);
  expect(installed.size).toBeLessThanOrEqual(12);
});

test.each(packages)("%s holds what is published and nothing else", (path) => {
  expect(readdirSync(path).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json", "src"]);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => /\.(test|bench)\.|tsbuildinfo|node_modules/.test(file))).toEqual([]);
  const { dependencies, scripts } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  expect(JSON.stringify(dependencies)).not.toContain("workspace:");
  expect(scripts).toBeUndefined();
});

test.each(packages)("%s: source maps lead to sources that are there", (path) => {
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  const maps = files.filter((file) => file.endsWith(".js.map"));
  expect(maps.length).toBeGreaterThan(0);
  for (const map of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(`${path}/${map}`, "utf8"));
    expect(sourcesContent).toBeUndefined();
    for (const source of sources) expect(files).toContain(new URL(source, `file:///${map}`).pathname.slice(1));
  }
});
