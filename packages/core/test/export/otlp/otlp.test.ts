import { createRequire } from "node:module";
import { SpanKind } from "@opentelemetry/api";
import { expect, onTestFinished, test, vi } from "vitest";
import { otlpExporter } from "../../../src/export/otlp/otlp-exporter.js";
import { markShared } from "../../../src/tracer/shared-span.js";
import { collector } from "../../kit/collector.js";
import { decodeOtlp, type OtlpSpan } from "../../kit/otlp-protobuf.js";
import { exportAll } from "../export-all.js";
import { span } from "../spans.js";

vi.mock("node:module", async (original) => {
  const module = await original<typeof import("node:module")>();
  return { ...module, createRequire: vi.fn(module.createRequire) };
});

/** Exporters from 0.300 on need Node 22.15. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const NEWEST_LINE = major > 22 || (major === 22 && minor >= 15);

const SHARED = "a".repeat(16);

function sharedSpanWithChild() {
  const server = span({ name: "server", kind: SpanKind.SERVER, context: { spanId: SHARED } });
  markShared(server.spanContext(), "hello");
  return [span({ name: "child", parentSpanContext: server.spanContext() }), server];
}

const decodeJson = (body: Buffer): OtlpSpan[] =>
  JSON.parse(body.toString()).resourceSpans.flatMap((one: { scopeSpans: { spans: OtlpSpan[] }[] }) =>
    one.scopeSpans.flatMap(({ spans }) => spans),
  );

test.each([
  ["http/protobuf", decodeOtlp],
  ["http/json", decodeJson],
] as const)("%s: shared spans are split on the way", async (protocol, decode) => {
  const { origin, requests } = await collector({ status: 200, body: "{}" });
  const exporter = otlpExporter({ protocol, url: `${origin}/v1/traces`, headers: { "x-token": "t" } });
  onTestFinished(() => exporter.shutdown());
  expect(await exportAll(exporter, sharedSpanWithChild())).toMatchObject({ code: 0 });
  expect(requests[0]).toMatchObject({ url: "/v1/traces", headers: { "x-token": "t" } });
  const spans = decode(requests[0]?.body as Buffer);
  const [child, server] = ["child", "server"].map((name) => spans.find((one) => one.name === name));
  expect(server?.parentSpanId).toBe(SHARED);
  expect(server?.spanId).not.toBe(SHARED);
  expect(child?.parentSpanId).toBe(server?.spanId);
});

// `sdk-node-0.30x` brings the exporters of the newer line.
test.skipIf(!NEWEST_LINE).each([
  ["http/protobuf", decodeOtlp],
  ["http/json", decodeJson],
] as const)("%s of the line 0.30x: shared spans are split on the way", async (protocol, decode) => {
  const newer = createRequire(createRequire(import.meta.url).resolve("sdk-node-0.30x"));
  vi.mocked(createRequire).mockReturnValueOnce(newer);
  const { origin, requests } = await collector({ status: 200, body: "{}" });
  const exporter = otlpExporter({ protocol, url: `${origin}/v1/traces` });
  onTestFinished(() => exporter.shutdown());
  expect(await exportAll(exporter, sharedSpanWithChild())).toMatchObject({ code: 0 });
  const spans = decode(requests[0]?.body as Buffer);
  const [child, server] = ["child", "server"].map((name) => spans.find((one) => one.name === name));
  expect(server?.parentSpanId).toBe(SHARED);
  expect(child?.parentSpanId).toBe(server?.spanId);
});

test("its own variables hold where nothing is configured", async () => {
  const { origin, requests } = await collector(200);
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", origin);
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-token=from-environment");
  const exporter = otlpExporter();
  await exportAll(exporter, [span()]);
  vi.unstubAllEnvs();
  await exporter.shutdown();
  expect(requests[0]).toMatchObject({ url: "/v1/traces", headers: { "x-token": "from-environment" } });
});

test.each([
  ["http/protobuf", "@opentelemetry/exporter-trace-otlp-proto"],
  ["http/json", "@opentelemetry/exporter-trace-otlp-http"],
  ["grpc", "@opentelemetry/exporter-trace-otlp-grpc"],
] as const)("%s without its package: the error is the command that installs it", (protocol, name) => {
  const missing = (): never => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
  };
  vi.mocked(createRequire).mockReturnValueOnce(missing as never);
  expect(() => otlpExporter({ protocol })).toThrow(
    `OTLP over ${protocol} needs the package ${name}: npm install ${NEWEST_LINE ? name : `"${name}@>=0.200 <0.300"`}`,
  );
});

test("a package that is there and fails to load is not called missing", () => {
  const broken = (): never => {
    throw new Error("its own dependency is broken");
  };
  vi.mocked(createRequire).mockReturnValueOnce(broken as never);
  expect(() => otlpExporter()).toThrow("its own dependency is broken");
});
