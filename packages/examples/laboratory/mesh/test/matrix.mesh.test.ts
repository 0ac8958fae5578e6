/**
 * Every layout of a mesh against every backend: the exact tree, and the headers that each hop
 * received.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExporterName } from "../app.js";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import { startZipkin } from "../backends/zipkin.js";
import { PROVIDERS } from "../envoy/provider.js";
import { type Cell, inPage, markdown } from "./matrix-table.js";
import { request } from "./request.js";
import { type Expectation, ROWS, type Row } from "./rows.js";

const COLUMNS = [
  { column: "Jaeger, Thrift", name: "jaeger", exporter: "jaeger" },
  { column: "Jaeger, OTLP", name: "jaeger", exporter: "otlp" },
  { column: "Zipkin", name: "zipkin", exporter: "zipkin" },
] as const satisfies { column: string; name: Backend["name"]; exporter: ExporterName }[];
type Column = (typeof COLUMNS)[number];

const backends = new Map<Backend["name"], Backend>();
beforeAll(async () => {
  for (const backend of await Promise.all([startJaeger(), startZipkin()])) backends.set(backend.name, backend);
});
afterAll(() => Promise.all([...backends.values()].map((backend) => backend.stop())));

/** Zipkin takes no OTLP: in front of it an OpenTelemetry collector would have to stand. */
function takes({ name }: Column, { layout }: Row): boolean {
  return name === "jaeger" || PROVIDERS[layout.provider].collector.receives === "zipkin";
}

const passed = new Map<string, number>();

describe.each(COLUMNS)("$column", (column) => {
  test.each(ROWS.filter((row) => takes(column, row)))("$title", async (row) => {
    const backend = backends.get(column.name) as Backend;
    const { tree, headers, faults = [] }: Expectation = { ...row, ...(column.name === "zipkin" ? row.zipkin : {}) };
    const { output: _, ...seen } = await request(row, { backend, exporter: column.exporter });
    expect(seen).toEqual({ tree, headers, faults });
    passed.set(`${column.column} ${row.title}`, row.tree.length);
  });
});

test("the table of docs/mesh-matrix.md is what was measured", () => {
  const cell = (column: Column, row: Row): Cell =>
    takes(column, row) ? (passed.get(`${column.column} ${row.title}`) ?? "failed") : "not taken";
  const table = markdown(
    COLUMNS.map(({ column }) => column),
    ROWS.map((row) => ({ title: row.title, cells: COLUMNS.map((column) => cell(column, row)) })),
  );
  console.log(table);
  expect(inPage(table)).toBe(table);
});
