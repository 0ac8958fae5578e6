import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from "vitest";
import {
  emptyFolder,
  expectForwarded,
  freePort,
  INCOMING,
  install,
  removeFolder,
  start,
  startSurroundings,
} from "./installed-app.js";
import { tenLines, toCommonJs } from "./ten-lines.js";

const folder = emptyFolder();
const NODES = ["20.20.2", "22.23.3", "24.21.0"];
const api = JSON.parse(readFileSync(new URL("../packages/core/package.json", import.meta.url), "utf8"));

beforeAll(async () => {
  writeFileSync(`${folder}/package.json`, "{}");
  writeFileSync(`${folder}/server.mjs`, tenLines);
  writeFileSync(`${folder}/server.cjs`, toCommonJs(tenLines));
  await install(folder, ...inject("tarballs"), `@opentelemetry/api@${api.devDependencies["@opentelemetry/api"]}`);
});
afterAll(() => removeFolder(folder));

/** The program of that version, by npm. Asked for its own path, because signals do not get through npx. */
function nodeOf(version: string): string {
  if (process.versions.node === version) return process.execPath;
  const ask = ["--yes", "--package", `node@${version}`, "node", "--print", "process.execPath"];
  return execFileSync("npx", ask, { cwd: folder, encoding: "utf8" }).trim();
}

test.each(NODES.flatMap((version) => ["server.mjs", "server.cjs"].map((file) => [version, file] as const)))(
  "on Node %s: %s",
  async (version, file) => {
    const node = nodeOf(version);
    expect(execFileSync(node, ["--version"], { encoding: "utf8" }).trim()).toBe(`v${version}`);
    const surroundings = await startSurroundings();
    onTestFinished(() => surroundings.close());
    const PORT = await freePort();
    const app = start(folder, [node, file], { ...surroundings.environment, PORT });
    onTestFinished(async () => void (await app.stop()));
    const ask = (): Promise<string> =>
      fetch(`http://127.0.0.1:${PORT}/`, { headers: INCOMING }).then((reply) => reply.text(), String);
    await expect.poll(ask, { timeout: 10_000 }).toBe("noon");
    await expectForwarded(surroundings);
  },
);
