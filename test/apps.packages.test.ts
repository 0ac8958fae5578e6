import { cpSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject, test } from "vitest";
import {
  emptyFolder,
  expectForwarded,
  INCOMING,
  install,
  npm,
  removeFolder,
  start,
  startSurroundings,
} from "./installed-app.js";

const APPS = fileURLToPath(new URL("./apps", import.meta.url));

test.concurrent.for(readdirSync(APPS))("%s", async (name, { expect, onTestFinished }) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  cpSync(`${APPS}/${name}`, folder, { recursive: true });
  const { scripts } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  await install(folder, ...inject("tarballs"));
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
