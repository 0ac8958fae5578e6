import { trace } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { initTracing } from "../../src/init.js";
import { freshProcess, Kept } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";

beforeEach(freshProcess);
afterEach(freshProcess);

function startLine(options: Parameters<typeof initTracing>[0]): string | undefined {
  const logged = captureLog();
  initTracing({ serviceName: "shop", ...options });
  const lines = logged.filter((line) => line.startsWith("info meshtrace: "));
  expect(lines).toHaveLength(1);
  return lines[0]?.slice("info meshtrace: ".length);
}

test("the line has exporters, endpoints, service, sampler and header formats", () => {
  expect(startLine({ exporter: "zipkin", endpoint: "http://zipkin:9411/api/v2/spans", sampler: 0.1 })).toBe(
    "spans of shop go to zipkin at http://zipkin:9411/api/v2/spans; sampler: 0.1; headers: b3multi,tracecontext",
  );
});

test("several exporters, UDP and an exporter of the app", () => {
  const line = startLine({ exporter: ["jaeger", new Kept()], jaeger: { host: "agent" } });
  expect(line).toMatch(/^spans of shop go to jaeger at udp agent:6831 and Kept; /);
});

test("OTLP's endpoint is the one that its exporter finds", () => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");
  expect(startLine({ exporter: "otlp" })).toContain("otlp at http://collector:4318/v1/traces;");
});

test("credentials are masked", () => {
  const endpoint = "http://bob:S3CRET@zipkin/?key=S3CRET";
  expect(startLine({ exporter: "zipkin", endpoint, headers: { authorization: "S3CRET" } })).not.toContain("S3CRET");
});

test("tracing that is off gives the source", () => {
  vi.stubEnv("OTEL_SDK_DISABLED", "true");
  expect(startLine({})).toBe("tracing is off (OTEL_SDK_DISABLED), headers are forwarded: b3multi,tracecontext");
});

test("a provider of the app makes the spans", () => {
  expect(startLine({ tracerProvider: trace.getTracerProvider(), propagators: ["b3"], serviceName: undefined })).toBe(
    "the app's tracer provider makes the spans; headers: b3",
  );
});
