import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { layout } from "../laboratory/demo/layouts.js";

const page = fileURLToPath(new URL("../../../docs/migration/article-of-2018.md", import.meta.url));
const text = readFileSync(page, "utf8");

test("files and layouts that the article's commands name exist", () => {
  const named = [...text.matchAll(/packages\/examples\/[\w./-]+/g)].map(([path]) => path);
  expect(named.filter((path) => !existsSync(new URL(`../../${path}`, `file://${page}`)))).toEqual([]);
  const layouts = [...text.matchAll(/--layout ([\w-]+)/g)].map(([, name = ""]) => name);
  expect(layouts.map((name) => layout(name)).includes(undefined)).toBe(false);
});
