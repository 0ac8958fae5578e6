/**
 * Each example as a reader runs it: installed from the packed libraries, built, started, and asked
 * once. The spans from the incoming request to the outgoing call are one chain.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject, test } from "vitest";
import type { CollectedSpan } from "../packages/examples/laboratory/demo/collected-span.js";
import { emptyFolder, install, npm, removeFolder } from "./install.js";
import { freePort, start } from "./running-app.js";
import { expectHeaders, INCOMING, startSurroundings } from "./surroundings.js";
import { versionsOf } from "./versions.js";

const EXAMPLES = fileURLToPath(new URL("../packages/examples", import.meta.url));
const SPANS_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 20_000;

/**
 * Kinds of the spans from the incoming request to the call, where there are more than a server and
 * a client.
 */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  grpc: ["SERVER", "CLIENT", "SERVER", "CLIENT"],
  queue: ["SERVER", "PRODUCER", "CONSUMER", "CLIENT"],
};

const names = readdirSync(EXAMPLES).filter((name) => existsSync(`${EXAMPLES}/${name}/package.json`));

test.concurrent.for(names)("%s", async (name, { expect, onTestFinished }) => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  cpSync(`${EXAMPLES}/${name}`, folder, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  const { dependencies, devDependencies, ...manifest } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const installed = { dependencies: foreign(dependencies), devDependencies: foreign(devDependencies) };
  writeFileSync(`${folder}/package.json`, JSON.stringify({ ...manifest, ...installed }));
  const isTested = devDependencies?.["@meshtrace/testing"] !== undefined;
  await install(folder, [...inject("tarballs"), ...(isTested ? [inject("testingTarball")] : [])]);
  if (manifest.scripts.test) await npm(folder, ["test"]);
  if (manifest.scripts.build) await npm(folder, ["run", "build"], { NEXT_TELEMETRY_DISABLED: "1" });

  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  const PORT = await freePort();
  const app = start(folder, manifest.scripts.start.split(" "), { ...surroundings.environment, PORT });
  onTestFinished(async () => void (await app.stop()));
  const ask = (): Promise<string> =>
    fetch(`http://127.0.0.1:${PORT}/`, { headers: INCOMING }).then(
      (reply) => reply.text(),
      () => "",
    );
  await expect.poll(ask, { timeout: START_TIMEOUT_MS }).toBe("noon");

  const chain = CHAINS[name] ?? ["SERVER", "CLIENT"];
  const [call] = surroundings.calls;
  const kinds = (): string[] =>
    kindsFrom(String(call?.["x-b3-spanid"]), surroundings.collector.spans(INCOMING["x-b3-traceid"]));
  await expect.poll(kinds, { timeout: SPANS_TIMEOUT_MS }).toEqual(chain);
  expectHeaders(surroundings.calls, call?.["x-b3-spanid"], expect.any(String));
});

/** Versions of the dependencies that do not come from this repository. */
function foreign(dependencies: Readonly<Record<string, string>> = {}): Record<string, string> {
  const others = Object.entries(dependencies).filter(([name]) => !name.startsWith("@meshtrace/"));
  return versionsOf(Object.fromEntries(others));
}

/**
 * Kinds of the spans from the incoming request to `spanId`, without those that a framework makes
 * for its own work.
 */
function kindsFrom(spanId: string | undefined, spans: readonly CollectedSpan[]): string[] {
  const span = spans.find((one) => one.spanId === spanId);
  if (span === undefined) return spanId === INCOMING["x-b3-spanid"] ? [] : ["unknown parent"];
  return [...kindsFrom(span.parentId, spans), String(span.kind)].filter((kind) => kind !== "INTERNAL");
}
