/**
 * Links between the documents lead to files and headings that exist, and a reader can reach every
 * page.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { figures, readmeFigures } from "../bench/figures.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = readdirSync(`${root}/docs`, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const documents = [
  ...["README.md", "CONTRIBUTING.md", "RATIONALE.md", "SECURITY.md"],
  ...["packages/core/README.md", "packages/http-middleware/README.md"],
  ...pages,
];

/** Text of a document without its code, in which brackets are no links. */
const prose = (document: string): string =>
  readFileSync(join(root, document), "utf8")
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/`[^`\n]*`/g, (code) => (code.includes("](") ? "" : code));

/** Relative targets of a document's links, as path from the root and heading. */
function linksOf(document: string): { path: string; heading: string | undefined }[] {
  const targets = [...prose(document).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(([, inline, below]) =>
    String(inline ?? below),
  );
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = "", heading] = target.split("#");
      return { path: file === "" ? document : normalize(join(dirname(document), file)), heading };
    });
}

/** Anchors of a document's headings, as GitHub makes them. */
function anchorsOf(document: string): string[] {
  const headings = [...prose(document).matchAll(/^#+ (.+)$/gm)].map(([, text]) => String(text));
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(documents)("%s: every link leads somewhere", (document) => {
  for (const { path, heading } of linksOf(document)) {
    expect(existsSync(join(root, path)), path).toBe(true);
    if (heading !== undefined) expect(anchorsOf(path), `${path}#${heading}`).toContain(heading);
  }
});

test("README leads to every page within two clicks", () => {
  const first = linksOf("README.md").map(({ path }) => path);
  const second = first.filter((path) => path.endsWith(".md")).flatMap((path) => linksOf(path).map((link) => link.path));
  const reached = new Set([...first, ...second]);
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test("README has at most 150 lines", () => {
  expect(readFileSync(join(root, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(151);
});

test("README's figures are those of the benchmarks", () => {
  expect(readmeFigures()).toBe(figures());
});
