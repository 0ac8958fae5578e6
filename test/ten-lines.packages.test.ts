import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { emptyFolder, install, nodePath, removeFolder } from "./install.js";
import { freePort, start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";
import { tenLines, toCommonJs } from "./ten-lines.js";
import { API_1_9, API_1_10, NODE_VERSIONS } from "./versions.js";

const FILES = ["server.mjs", "server.cjs"];

describe.each([API_1_9, API_1_10])("beside %s", (api) => {
  const folder = emptyFolder();
  beforeAll(async () => {
    writeFileSync(`${folder}/package.json`, "{}");
    writeFileSync(`${folder}/server.mjs`, tenLines);
    writeFileSync(`${folder}/server.cjs`, toCommonJs(tenLines));
    await install(folder, [...inject("tarballs"), api]);
  });
  afterAll(() => removeFolder(folder));

  test.each(NODE_VERSIONS.flatMap((version) => FILES.map((file) => [version, file] as const)))(
    "on Node %s: %s",
    async (version, file) => {
      const node = nodePath(version);
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
});
