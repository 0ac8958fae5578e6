/** The packed test kit in the runners that it has matchers for, with their types. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject, test } from "vitest";
import { emptyFolder, install, npm, removeFolder } from "./install.js";
import { versionsOf } from "./versions.js";

const APPS = fileURLToPath(new URL("./testing-apps", import.meta.url));

test.concurrent.for(readdirSync(APPS))("%s", async (name, { onTestFinished }) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  cpSync(`${APPS}/${name}`, folder, { recursive: true });
  const { dependencies, devDependencies, ...manifest } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const versions = { dependencies: versionsOf(dependencies), devDependencies: versionsOf(devDependencies) };
  writeFileSync(`${folder}/package.json`, JSON.stringify({ ...manifest, ...versions }));
  await install(folder, [...inject("tarballs"), inject("testingTarball")]);
  await npm(folder, ["test"]);
});
