/** The lines of the documents that install our packages, against the packed ones. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { commands } from "./document-blocks.js";
import { emptyFolder, install, removeFolder } from "./install.js";

const LINES = new Set(commands.filter(({ kind }) => kind === "install").map(({ line }) => line));

test.each([...LINES])("%s", async (line) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(`${folder}/package.json`, "{}");
  const names = line.split(/\s+/).slice(2);
  const packages = names.filter((name) => !name.startsWith("-"));
  const tarballs = [...inject("tarballs"), inject("testingTarball")];
  const packed = (name: string): string | undefined =>
    name.startsWith("@meshtrace/") ? tarballs.find((path) => path.includes(name.slice(1).replace("/", "-"))) : name;
  // A service that has tests has the libraries already.
  const present = names.includes("@meshtrace/testing") ? inject("tarballs") : [];
  await install(folder, [...names.map((name) => packed(name) ?? name), ...present]);
  const code = packages.map((name) => `await import(${JSON.stringify(name)});`).join("\n");
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: folder,
  });
  expect(stderr).toBe("");
});
