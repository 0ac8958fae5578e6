/**
 * The packed libraries beside OpenTelemetry's packages: they install without a warning, and an app
 * runs.
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { startOtlpCollector } from "../packages/core/test/kit/otlp-collector.js";
import { emptyFolder, install, nodePath, pack, removeFolder } from "./install.js";
import { start } from "./running-app.js";
import { expectForwarded, expectHeaders, INCOMING, type Surroundings, startSurroundings } from "./surroundings.js";
import * as versions from "./versions.js";

const PROGRAMS = fileURLToPath(new URL("./beside", import.meta.url));
const THIS_NODE = process.versions.node;

interface Row {
  readonly name: string;
  readonly packages: readonly string[];
  /** The Node version; another one than this process's where the packages need it. */
  readonly node: string;
  /** What is started, in ESM and in CommonJS. */
  readonly programs: readonly string[];
}

const row = (name: string, packages: readonly string[], programs: readonly string[], node = THIS_NODE): Row => ({
  name,
  packages,
  programs,
  node,
});
const SDK_PROGRAMS = ["server", "second-sdk", "sdk-records"];
const AUTO = ["--require @opentelemetry/auto-instrumentations-node/register server"];

const ROWS: readonly Row[] = [
  row("nothing", [], ["server"]),
  row("API 1.9", [versions.API_1_9], ["server"]),
  row("API 1.10", [versions.API_1_10], ["server"]),
  row("NodeSDK of SDK 2.x", [versions.API_1_9, versions.SDK_NODE_2], SDK_PROGRAMS),
  row("NodeSDK of SDK 3.x", [versions.API_1_10, versions.SDK_NODE_3], SDK_PROGRAMS, versions.NODE_OF_SDK_3),
  row("auto-instrumentations of SDK 2.x", [versions.AUTO_INSTRUMENTATIONS_2], AUTO),
  row("auto-instrumentations of SDK 3.x", [versions.AUTO_INSTRUMENTATIONS_3], AUTO, versions.NODE_OF_SDK_3),
];

/** Installs into a folder that contains the programs. */
async function installed(packages: readonly string[], node: string): Promise<string> {
  const folder = emptyFolder();
  cpSync(PROGRAMS, folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, "{}");
  await install(folder, [...inject("tarballs"), ...packages], node);
  return folder;
}

/** Starts a program and sends one request to it. */
async function request(folder: string, node: string, program: string, surroundings: Surroundings): Promise<void> {
  const app = start(folder, [node, ...program.split(" ")], {
    OTEL_METRICS_EXPORTER: "none",
    OTEL_LOGS_EXPORTER: "none",
    OTEL_NODE_RESOURCE_DETECTORS: "none",
    ...surroundings.environment,
  });
  onTestFinished(async () => void (await app.stop()));
  const reply = await fetch(`http://127.0.0.1:${await app.port}/`, { headers: INCOMING });
  expect(await reply.text()).toBe("noon");
}

async function surroundingsOfTest(): Promise<Surroundings> {
  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  return surroundings;
}

const inBothFormats = (programs: readonly string[]): string[] =>
  programs.flatMap((program) => [`${program}.mjs`, `${program}.cjs`]);

describe.each(ROWS)("beside $name, on Node $node", ({ packages, node: version, programs }) => {
  const node = nodePath(version);
  let folder = "";
  beforeAll(async () => {
    folder = await installed(packages, node);
  });
  afterAll(() => removeFolder(folder));

  test.each(inBothFormats(programs))("%s", async (program) => {
    const surroundings = await surroundingsOfTest();
    await request(folder, node, program, surroundings);
    await expectForwarded(surroundings);
  });
});

describe.each([
  ["SDK 2.x", versions.OTLP_2, THIS_NODE],
  ["SDK 3.x", versions.OTLP_3, versions.NODE_OF_SDK_3],
])("beside the OTLP exporter of %s", (_name, exporter, version) => {
  const node = nodePath(version);
  let folder = "";
  beforeAll(async () => {
    folder = await installed([exporter], node);
  });
  afterAll(() => removeFolder(folder));

  test.each(inBothFormats(["server"]))(`%s on Node ${version}`, async (program) => {
    const surroundings = await surroundingsOfTest();
    const collector = await startOtlpCollector();
    const environment = {
      ...surroundings.environment,
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    };
    await request(folder, node, program, { ...surroundings, environment });
    await expect.poll(() => collector.spans.length, { timeout: 10_000 }).toBe(2);
    const server = collector.spans.find((span) => span.parentSpanId === INCOMING["x-b3-spanid"]);
    const client = collector.spans.find((span) => span.parentSpanId === server?.spanId);
    expect(collector.spans.map((span) => span.traceId)).toEqual([INCOMING["x-b3-traceid"], INCOMING["x-b3-traceid"]]);
    expectHeaders(surroundings.calls, client?.spanId);
  });
});

describe.each([
  ["API 1.10, a library with API 1.9", versions.API_1_10, "1.9.1"],
  ["API 1.9, a library with API 1.10", versions.API_1_9, "1.10.0"],
])("an app with %s", (_name, api, libraryApi) => {
  let folder = "";
  beforeAll(async () => {
    const library = emptyFolder();
    cpSync(`${PROGRAMS}/library`, library, { recursive: true });
    const manifest = JSON.parse(readFileSync(`${library}/package.json`, "utf8"));
    manifest.dependencies["@opentelemetry/api"] = libraryApi;
    writeFileSync(`${library}/package.json`, JSON.stringify(manifest));
    folder = await installed([api, await pack(library)], process.execPath);
    removeFolder(library);
  });
  afterAll(() => removeFolder(folder));

  test.each(inBothFormats(["with-library"]))("%s", async (program) => {
    const nested = `${folder}/node_modules/library/node_modules/@opentelemetry/api/package.json`;
    expect(JSON.parse(readFileSync(nested, "utf8")).version).toBe(libraryApi);
    const surroundings = await surroundingsOfTest();
    await request(folder, process.execPath, program, surroundings);
    const spans = await surroundings.collector.waitFor(INCOMING["x-b3-traceid"], 3, 10_000);
    const server = spans.find(({ kind }) => kind === "SERVER");
    expect(server).toMatchObject({ parentId: INCOMING["x-b3-spanid"] });
    expect(spans.find(({ name }) => name === "work")).toMatchObject({ parentId: server?.spanId });
    expect(spans).toHaveLength(3);
  });
});
