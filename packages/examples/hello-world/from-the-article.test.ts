import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { layout } from "../demo/layouts.js";

const page = fileURLToPath(new URL("../../../docs/migration/article-of-2018.md", import.meta.url));
const text = readFileSync(page, "utf8");

test("what the page links to is there", () => {
  const links = [...text.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, link = ""]) => link);
  expect(links.length).toBeGreaterThan(8);
  expect(links.filter((link) => !existsSync(new URL(link, `file://${page}`)))).toEqual([]);
});

test("what its commands name is there", () => {
  const named = [...text.matchAll(/packages\/examples\/[\w./-]+/g)].map(([path]) => path);
  expect(named.filter((path) => !existsSync(new URL(`../${path}`, `file://${page}`)))).toEqual([]);
  const layouts = [...text.matchAll(/--layout ([\w-]+)/g)].map(([, name = ""]) => name);
  expect(layouts.map((name) => layout(name)).includes(undefined)).toBe(false);
});
