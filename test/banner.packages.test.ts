/** The advice on bundles of esbuild in the documents, on a bundle that needs it. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, inject, onTestFinished, test } from "vitest";
import { documents, root } from "./document-blocks.js";
import { emptyFolder, install, npm, removeFolder } from "./install.js";
import { start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";

const SERVER = `import { initTracing } from "@meshtrace/core";
import { tracedFetch, tracingMiddleware } from "@meshtrace/http-middleware";
import express from "express";
initTracing();
const app = express();
app.use(tracingMiddleware());
app.get("/", async (_request, response) => {
  response.send(await (await tracedFetch(process.env.TIME_SERVICE_URL)).text());
});
const server = app.listen(Number(process.env.PORT), () => console.log(JSON.stringify({ listening: server.address().port })));
`;

const texts = documents.map((document) => readFileSync(`${root}/${document}`, "utf8")).join("\n");
const banners = new Set([...texts.matchAll(/`(import \{ createRequire[^`]+)`/g)].map(([, banner = ""]) => banner));

test("the documents have a banner", () => expect(banners.size).toBeGreaterThan(0));

test.each([
  ["without a banner", "esm", "", /Dynamic require of .* is not supported/],
  ...[...banners].map((banner) => [`with ${banner}`, "esm", banner, undefined] as const),
  ["as CommonJS", "cjs", "", undefined],
] as const)("%s", async (_title, format, banner, error) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(`${folder}/package.json`, "{}");
  writeFileSync(`${folder}/server.mjs`, SERVER);
  const outfile = format === "esm" ? "bundle.mjs" : "bundle.cjs";
  writeFileSync(
    `${folder}/build.mjs`,
    `import { build } from "esbuild";
    await build({ entryPoints: ["server.mjs"], outfile: "${outfile}", bundle: true, platform: "node", format: "${format}",
      banner: { js: ${JSON.stringify(banner)} } });`,
  );
  await install(folder, [...inject("tarballs"), "@opentelemetry/api@1.10.0", "esbuild@0.28.2", "express@5.3.0"]);
  await npm(folder, ["exec", "--", "node", "build.mjs"]);
  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  const app = start(folder, [process.execPath, outfile], surroundings.environment);
  onTestFinished(async () => void (await app.stop()));
  if (error !== undefined) {
    await expect(app.port).rejects.toThrow(error);
    return;
  }
  const reply = await fetch(`http://127.0.0.1:${await app.port}/`, { headers: INCOMING });
  expect(await reply.text()).toBe("noon");
  await expectForwarded(surroundings);
});
