/**
 * The compose files are what the code makes; `vitest -u` writes them anew.
 */
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { composeFile } from "../compose.js";
import { CHAIN } from "../layout.js";

test.each([
  ["zipkin", "compose.yaml"],
  ["jaeger", "compose.jaeger.yaml"],
] as const)("with %s: %s", async (backend, file) => {
  const head = "# Made by compose.ts, from the layout that npm run mesh starts: docker compose up, then\n";
  const page = backend === "zipkin" ? "http://127.0.0.1:9411/zipkin/" : "http://127.0.0.1:16686/";
  const use = `# curl http://127.0.0.1:8080/ and look at ${page}\n`;
  const text = `${head}${use}${stringify(composeFile(CHAIN, backend), { lineWidth: 0 })}`;
  await expect(text).toMatchFileSnapshot(`../${file}`);
});
