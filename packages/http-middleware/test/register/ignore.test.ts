/** Settings for what is left out of traces, in apps that know nothing of tracing. */
import { expect, test } from "vitest";
import { IMPORT, INCOMING, start } from "./app.js";

const APP = `import { createServer } from "node:http";
  const call = async () => (await fetch(process.env.NEXT)).text();
  await call();
  createServer(async (request, response) => response.end(await call()))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

const SETTINGS = {
  MESHTRACE_IGNORE: "/status, /internal/*",
  MESHTRACE_IGNORE_CALLS_WITHOUT_PARENT: "true",
};

test("paths, and calls outside of requests, are left out", async () => {
  const app = await start("ignore.mjs", APP, IMPORT, SETTINGS);
  for (const path of ["/status", "/internal/a", "/a"]) await fetch(app.url + path, { headers: INCOMING });
  await app.stop();
  expect(app.reported.map(({ kind, tags }) => `${kind} ${tags["url.path"] ?? ""}`).sort()).toEqual([
    "CLIENT ",
    "SERVER /a",
  ]);
  expect(app.received.map((headers) => headers["x-b3-spanid"])).toEqual([
    undefined,
    INCOMING["x-b3-spanid"],
    INCOMING["x-b3-spanid"],
    app.reported.find(({ kind }) => kind === "CLIENT")?.id,
  ]);
});

test("hosts are left alone", async () => {
  const app = await start("hosts.mjs", APP, IMPORT, { MESHTRACE_IGNORE_HOSTS: "127.0.0.1" });
  await fetch(app.url, { headers: INCOMING });
  await app.stop();
  expect(app.reported.map(({ kind }) => kind)).toEqual(["SERVER"]);
  expect(app.received.map((headers) => headers["x-b3-traceid"])).toEqual([undefined, undefined]);
});

test("a path without a slash is named in one warning, and the app runs", async () => {
  const app = await start("wrong.mjs", APP, IMPORT, { MESHTRACE_IGNORE: "status" });
  await fetch(app.url, { headers: INCOMING });
  await app.stop();
  expect(app.said()).toMatch(/MESHTRACE_IGNORE/);
});
