import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { SETTINGS } from "../packages/core/src/environment.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const [block = ""] = /(?<=```js\n)[\s\S]*?(?=```)/.exec(readme) ?? [];

test("the table of variables is that of the code", () => {
  const code = (text: string): string => `\`${text}\``;
  const standard = (row: (typeof SETTINGS)[number]): string => {
    if (row.defaultText !== undefined) return row.defaultText;
    if (row.option === "passThrough") return "the set above";
    return row.default === undefined ? "" : code([row.default].flat().join(","));
  };
  const rows = SETTINGS.map((row) =>
    [row.variables.map(code).join(" "), code(row.option), standard(row), row.parser.allowed, row.meaning].join(" | "),
  );
  const table = [
    "| variable | option | default | allowed | meaning |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
  if (process.env["UPDATE_README"]) {
    const updated = readme.replace(
      /(<!-- environment:.*-->\n)[\s\S]*?(<!-- \/environment -->)/,
      (_all, start, end) => `${start}\n${table}\n\n${end}`,
    );
    writeFileSync(new URL("../README.md", import.meta.url), updated);
    return;
  }
  expect(readme).toContain(table);
});

const toCommonJs = (code: string): string => code.replace(/import (\{.*\}) from (".*");/g, "const $1 = require($2);");

test.each([
  ["ESM", "mjs", block],
  ["CommonJS", "cjs", toCommonJs(block)],
])("the ten lines serve, as %s from the built packages", async (_name, extension, code) => {
  const headers: IncomingHttpHeaders[] = [];
  const next = createServer((request, response) => {
    headers.push(request.headers);
    response.end("noon");
  }).listen(0, "127.0.0.1");
  await once(next, "listening");
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as AddressInfo;
  free.close();
  // Inside the examples, whose dependencies are the built packages.
  const folder = mkdtempSync(fileURLToPath(new URL("../packages/examples/dist/readme-", import.meta.url)));
  const file = `${folder}/server.${extension}`;
  writeFileSync(file, code);
  const env = {
    ...process.env,
    PORT: String(port),
    TIME_SERVICE_URL: `http://127.0.0.1:${(next.address() as AddressInfo).port}/`,
    OTEL_TRACES_EXPORTER: "none",
  };
  const child = spawn(process.execPath, [file], { env, stdio: "inherit" });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
    next.closeAllConnections();
    next.close();
    rmSync(folder, { recursive: true });
  });
  const sent = {
    "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
    "x-b3-spanid": "a2fb4a1d1a96d312",
    "x-b3-sampled": "1",
    "x-request-id": "r-1",
  };
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${port}/`, { headers: sent }).then(
          (reply) => reply.text(),
          () => "",
        ),
      { timeout: 10_000 },
    )
    .toBe("noon");
  expect(headers.at(-1)).toMatchObject({
    "x-b3-traceid": sent["x-b3-traceid"],
    "x-b3-parentspanid": sent["x-b3-spanid"],
    "x-request-id": "r-1",
  });
});
