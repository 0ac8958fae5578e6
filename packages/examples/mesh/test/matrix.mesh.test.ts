/**
 * Every layout of a mesh against every backend: the exact tree, and the headers that each hop received.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExporterName } from "../app.js";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import { startZipkin } from "../backends/zipkin.js";
import { PROVIDERS } from "../envoy/provider.js";
import { request } from "./request.js";
import { type Expectation, ROWS, type Row } from "./rows.js";

const BACKENDS = [
  { title: "Jaeger, Thrift over HTTP", backend: "jaeger", exporter: "jaeger" },
  { title: "Jaeger, OTLP", backend: "jaeger", exporter: "otlp" },
  { title: "Zipkin", backend: "zipkin", exporter: "zipkin" },
] as const satisfies { title: string; backend: Backend["name"]; exporter: ExporterName }[];

const backends = new Map<Backend["name"], Backend>();
beforeAll(async () => {
  for (const backend of await Promise.all([startJaeger(), startZipkin()])) backends.set(backend.name, backend);
});
afterAll(() => Promise.all([...backends.values()].map((backend) => backend.stop())));

/** Zipkin takes no OTLP: there an OpenTelemetry collector stands between. */
function takes(backend: Backend["name"], { layout }: Row): boolean {
  return backend === "jaeger" || PROVIDERS[layout.provider].collector.receives === "zipkin";
}

describe.each(BACKENDS)("$title", ({ backend: name, exporter }) => {
  test.each(ROWS.filter((row) => takes(name, row)))("$title", async (row) => {
    const backend = backends.get(name) as Backend;
    const { tree, headers, faults = [] }: Expectation = { ...row, ...(name === "zipkin" ? row.zipkin : {}) };
    const { output: _, ...seen } = await request(row, { backend, exporter });
    expect(seen).toEqual({ tree, headers, faults });
  });
});
