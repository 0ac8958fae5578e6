import { DiagLogLevel, diag } from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { endpointAdvice } from "../../../src/export/http/endpoint-advice.js";
import { JaegerExporter } from "../../../src/export/jaeger/jaeger-exporter.js";
import { ZipkinExporter } from "../../../src/export/zipkin/zipkin-exporter.js";
import { captureLog } from "../../kit/captured-log.js";

test.each([
  ["jaeger", "http://jaeger:14268/api/traces"],
  ["jaeger", "https://traces.example/jaeger/api/traces?format=jaeger.thrift"],
  ["jaeger", "http://collector/custom"],
  ["zipkin", "http://zipkin:9411/api/v2/spans"],
  ["zipkin", "http://jaeger-collector:9411/"],
  ["zipkin", "http://proxy:8080/zipkin"],
] as const)("%s: nothing is wrong with %s", (backend, url) => {
  expect(endpointAdvice(backend, url)).toBeUndefined();
});

test.each([
  ["jaeger", "http://jaeger:4318/api/traces", "OTLP over HTTP"],
  ["jaeger", "http://jaeger:4317/", "OTLP over gRPC"],
  ["jaeger", "http://jaeger:16686/api/traces", "Jaeger's UI"],
  ["jaeger", "http://jaeger:6831/", "UDP"],
  ["jaeger", "http://zipkin:9411/api/v2/spans", "Zipkin's address"],
  ["zipkin", "http://jaeger:14268/api/traces", "Jaeger's address for Thrift"],
  ["zipkin", "http://zipkin:9411/api/v1/spans", "Zipkin's first API"],
  ["zipkin", "http://collector:4318/v1/traces", "OTLP over HTTP"],
] as const)("%s: %s is explained as %s, with the right value", (backend, url, words) => {
  const advice = endpointAdvice(backend, url);
  expect(advice).toContain(words);
  expect(advice).toContain(backend === "jaeger" ? ":14268/api/traces" : ":9411/api/v2/spans");
});

test("it is a warning at the start, without credentials", () => {
  const warnings = captureLog(DiagLogLevel.WARN);
  onTestFinished(() => diag.disable());
  new JaegerExporter({ endpoint: "http://u:secret@jaeger:4318/?token=secret" });
  new ZipkinExporter({ url: "http://zipkin:9411/api/v1/spans" });
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).not.toContain("secret");
});
