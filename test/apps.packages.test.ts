import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject, test } from "vitest";
import { emptyFolder, install, npm, removeFolder } from "./install.js";
import { start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";
import { versionsOf } from "./versions.js";

const APPS = fileURLToPath(new URL("./apps", import.meta.url));

test.concurrent.for(readdirSync(APPS))("%s", async (name, { expect, onTestFinished }) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  cpSync(`${APPS}/${name}`, folder, { recursive: true });
  const { scripts, dependencies, devDependencies, ...rest } = JSON.parse(
    readFileSync(`${folder}/package.json`, "utf8"),
  );
  const manifest = {
    ...rest,
    scripts,
    dependencies: versionsOf(dependencies),
    devDependencies: versionsOf(devDependencies),
  };
  writeFileSync(`${folder}/package.json`, JSON.stringify(manifest));
  await install(folder, inject("tarballs"));
  if (scripts.build) await npm(folder, ["run", "build"]);

  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  if (scripts.test) {
    await npm(folder, ["test"], surroundings.environment);
  } else {
    const app = start(folder, scripts.start.split(" "), surroundings.environment);
    onTestFinished(async () => void (await app.stop()));
    const reply = await fetch(`http://127.0.0.1:${await app.port}/`, { headers: INCOMING });
    expect(await reply.text()).toBe("noon");
  }
  await expectForwarded(surroundings);
});
