/**
 * OpenTelemetry's instrumentations of pino, redis, ioredis and pg beside the adapters, preloaded
 * as the documents say: spans are children of the SERVER span, and log lines carry its IDs.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SpanKind } from "@opentelemetry/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blocksOf } from "../../../../test/document-blocks.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import {
  type Database,
  POSTGRES,
  REDIS,
  realPostgres,
  realRedis,
  smallestPostgres,
  smallestRedis,
} from "./database-servers.js";

interface SpanLine {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: string;
  readonly id: string;
  readonly parent?: string;
  readonly traceId: string;
}

const APP = fileURLToPath(new URL("databases.cjs", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

const recipe = blocksOf("docs/beside-opentelemetry.md").find(({ text }) => text.includes("PinoInstrumentation"));
let folder = "";
beforeAll(() => {
  mkdirSync(DIST, { recursive: true });
  folder = mkdtempSync(`${DIST}/recipe-`);
  writeFileSync(`${folder}/instrumentations.cjs`, recipe?.text ?? "");
});
afterAll(() => rmSync(folder, { recursive: true }));

const SERVERS = [
  ["the smallest servers", smallestRedis, smallestPostgres, true],
  ["real servers, which must be installed", realRedis, realPostgres, REDIS !== undefined && POSTGRES !== undefined],
] as const;

describe.each(SERVERS)("with %s", (_name, startRedis, startPostgres, available) => {
  let databases: Database[] = [];
  beforeAll(async () => {
    if (available) databases = await Promise.all([startRedis(), startPostgres()]);
  }, 60_000);
  afterAll(async () => void (await Promise.all(databases.map((database) => database.stop()))));

  test.skipIf(!available).each([["register"], ["adapters"]])("%s", { timeout: 120_000 }, async (mode) => {
    const preload = ["--require", `${folder}/instrumentations.cjs`];
    const ports = databases.map(({ port }) => String(port));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...preload, APP, mode, ...ports], {
      env: { ...process.env, OTEL_TRACES_EXPORTER: "none", NODE_OPTIONS: "" },
    });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { text, spans } = lines.pop() as { text: string; spans: SpanLine[] };
    expect(text).toBe("noon noon");
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([OTHER_TRACE_ID]));

    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(server?.parent).toBe(OTHER_SPAN_ID);
    const work = spans.find(({ name }) => name === "work");
    const childrenOf = (parent: SpanLine | undefined): string[] =>
      spans
        .filter((span) => span.parent === parent?.id)
        .map(({ scope, name }) => `${scope} ${name}`)
        .sort();
    const inServer = [
      "app work",
      "ioredis get",
      "pg pg-pool.connect",
      "pg pg.query:SELECT postgres",
      "redis redis-SET",
    ];
    expect(childrenOf(server)).toEqual(inServer);
    expect(childrenOf(work)).toEqual(["redis redis-GET"]);

    // The server span shares the ID of its caller until it is exported.
    expect(lines).toMatchObject([
      { msg: "received", trace_id: OTHER_TRACE_ID, span_id: OTHER_SPAN_ID, trace_flags: "01" },
      { msg: "worked", trace_id: OTHER_TRACE_ID, span_id: work?.id, trace_flags: "01" },
    ]);
    expect(stderr).not.toContain("trace the same");
  });
});
