import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { expect, test, vi } from "vitest";
import { JaegerExporter } from "../../../src/export/jaeger/jaeger-exporter.js";
import { BatchProcessor } from "../../../src/export/queue/batch-processor.js";
import { DeliveryReport } from "../../../src/export/report/span-report.js";
import { MeshPropagator } from "../../../src/propagation/mesh-propagator.js";
import { collector } from "../../kit/collector.js";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../../kit/incoming-headers.js";
import { decodeBatch } from "../../kit/jaeger-thrift.js";
import { exportAll } from "../export-all.js";
import { span, spans, tracerFor, unreadable } from "../spans.js";

const only = <Value>(list: readonly Value[]): Value => {
  expect(list).toHaveLength(1);
  return list[0] as Value;
};

test("from a request to Jaeger: one POST of Thrift, never traced, the shared span split", async () => {
  const { origin, requests } = await collector(202);
  const report = new DeliveryReport();
  const exporter = new JaegerExporter({ endpoint: `${origin}/api/traces` });
  const processor = new BatchProcessor({ exporter, name: "jaeger", report });
  const tracer = tracerFor(processor);
  const headers = {
    "x-b3-traceid": OTHER_TRACE_ID,
    "x-b3-spanid": OTHER_SPAN_ID,
    "x-b3-sampled": "1",
  };
  const incoming = new MeshPropagator().extract(ROOT_CONTEXT, headers);
  const server = tracer.startSpan("GET /", { kind: SpanKind.SERVER }, incoming);
  tracer.startSpan("child", {}, trace.setSpan(incoming, server)).end();
  server.end();
  await processor.forceFlush();
  const { method, url, headers: sent, body } = only(requests);
  expect({ method, url, b3: sent["b3"], type: sent["content-type"] }).toEqual({
    method: "POST",
    url: "/api/traces?format=jaeger.thrift",
    b3: "0",
    type: "application/x-thrift",
  });
  const [child, own] = decodeBatch(body).spans;
  expect(own).toMatchObject({ traceId: headers["x-b3-traceid"], parentSpanId: headers["x-b3-spanid"] });
  expect(own?.spanId).not.toBe(headers["x-b3-spanid"]);
  expect(child?.parentSpanId).toBe(own?.spanId);
  expect(report.snapshot()).toEqual({ started: 2, ended: 2, exported: 2, failed: 0, dropped: 0, queued: 0 });
  await processor.shutdown();
});

test.each([
  ["", "/api/traces?format=jaeger.thrift"],
  ["/", "/api/traces?format=jaeger.thrift"],
  ["/elsewhere?x=1", "/elsewhere?x=1&format=jaeger.thrift"],
  ["/api/traces?format=other", "/api/traces?format=other"],
])("the endpoint %s asks for %s", async (path, requested) => {
  const { origin, requests } = await collector(202);
  await exportAll(new JaegerExporter({ endpoint: origin + path }), [span()]);
  expect(only(requests).url).toBe(requested);
});

test.each([
  ["user and password", { username: "u", password: "pä:" }, `Basic ${Buffer.from("u:pä:").toString("base64")}`],
  ["a user alone", { username: "u" }, `Basic ${Buffer.from("u:").toString("base64")}`],
  ["a token", { bearerToken: "t" }, "Bearer t"],
  ["headers", { headers: { authorization: "Own x" }, username: "u", bearerToken: "t" }, "Own x"],
])("credentials: %s", async (_name, config, authorization) => {
  const { origin, requests } = await collector(202);
  await exportAll(new JaegerExporter({ endpoint: origin, ...config }), [span()]);
  expect(only(requests).headers.authorization).toBe(authorization);
});

test("the variables of the specification hold where nothing is configured", async () => {
  const { origin, requests } = await collector(202);
  vi.stubEnv("OTEL_EXPORTER_JAEGER_ENDPOINT", `${origin}/from-environment`);
  vi.stubEnv("OTEL_EXPORTER_JAEGER_USER", "u");
  vi.stubEnv("OTEL_EXPORTER_JAEGER_PASSWORD", "p");
  await exportAll(new JaegerExporter(), [span()]);
  await exportAll(new JaegerExporter({ endpoint: `${origin}/configured`, username: "me" }), [span()]);
  vi.unstubAllEnvs();
  expect(requests.map(({ url }) => url?.replace(/\?.*/, ""))).toEqual(["/from-environment", "/configured"]);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("u:p").toString("base64")}`);
});

test("fields that are undefined or empty leave the environment and the defaults in force", async () => {
  const { origin, requests } = await collector(202);
  vi.stubEnv("OTEL_EXPORTER_JAEGER_ENDPOINT", ` ${origin}/from-environment `);
  vi.stubEnv("OTEL_EXPORTER_JAEGER_USER", " ");
  const empty = { endpoint: "", protocol: undefined, host: "", port: undefined, username: "", serviceName: "" };
  await exportAll(new JaegerExporter({ ...empty, timeoutMs: undefined, headers: undefined }), [span()]);
  vi.unstubAllEnvs();
  expect(only(requests).url).toBe("/from-environment?format=jaeger.thrift");
  expect(only(requests).headers.authorization).toBeUndefined();
  expect(decodeBatch(only(requests).body).serviceName).toBe("hello.default");
});

test("each resource is a batch of its own: Jaeger's has room for one process", async () => {
  const { origin, requests } = await collector(202);
  const other = resourceFromAttributes({ "service.name": "other" });
  const batch = [...spans(2), span({ resource: other }), ...spans(1)];
  expect(await exportAll(new JaegerExporter({ endpoint: origin }), batch)).toEqual({ code: 0 });
  const decoded = requests.map(({ body }) => decodeBatch(body));
  expect(decoded.map(({ serviceName, spans }) => [serviceName, spans.length])).toEqual([
    ["hello.default", 3],
    ["other", 1],
  ]);
});

test("a span that cannot be read is lost alone, and counted", async () => {
  const { origin, requests } = await collector(202);
  const { code, error } = await exportAll(new JaegerExporter({ endpoint: origin }), [...spans(5), unreadable()]);
  expect({ code, failed: error?.failed }).toEqual({ code: 1, failed: 1 });
  expect(requests.flatMap(({ body }) => decodeBatch(body).spans)).toHaveLength(5);
});

test.each([
  [{ endpoint: "ftp://collector/" }, "http:// or https://"],
  [{ protocol: "tcp" as never }, "udp/thrift.compact"],
  [{ protocol: "udp/thrift.compact" as const, maxPacketSize: 70_000 }, "65507"],
  [{ host: "agent", port: 70_000 }, "65535"],
])("a configuration that cannot work is an error that says what can: %j", (config, words) => {
  expect(() => new JaegerExporter(config)).toThrow(words);
});
