import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { type OverlayChecks, overlayChecks } from "./check-overlay.js";

/** One bad overlay: in `file` of the manifests `from` is written as `to`. */
interface Mistake {
  readonly mistake: string;
  readonly overlay: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What the check says, as a regular expression. */
  readonly said: string;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function mistaken({ file, from, to }: Mistake): string {
  const tree = mkdtempSync(join(tmpdir(), "mistake-"));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  cpSync(here("../../kubernetes/k8s"), tree, { recursive: true });
  const before = readFileSync(join(tree, file), "utf8");
  expect(before).toContain(from);
  writeFileSync(join(tree, file), before.replaceAll(from, to));
  return tree;
}

let checks: OverlayChecks;
beforeAll(async () => {
  checks = await overlayChecks(() => {});
}, 600_000);

// A file for each check that must see them.
describe.each(readdirSync(here("mistakes")))("%s", (file) => {
  const mistakes = parse(readFileSync(here(`mistakes/${file}`), "utf8")) as Mistake[];
  test.each(mistakes)("$mistake ($overlay)", async (row) => {
    const tree = mistaken(row);
    const problems =
      file === "effect.yaml"
        ? await checks.entries(tree, row.overlay)
        : (await checks.rendered(tree, row.overlay)).problems;
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(row.said)));
  });
});
