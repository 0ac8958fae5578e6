/** The exporters in force: where each one sends, and how. */
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/resolved-config.js";
import type { TracingOptions } from "../../src/config/tracing-options.js";
import { facts, resolved } from "./facts.js";

const IN_MESH = { KUBERNETES_SERVICE_HOST: "10.96.0.1" };
const JAEGER_IN_MESH = "http://jaeger-collector.istio-system:14268/api/traces";

function exportersOf(options: TracingOptions, environment: Record<string, string> = {}) {
  const { config, problems } = resolved(options, environment);
  expect(problems).toEqual([]);
  return config;
}

describe("an endpoint", () => {
  test.each<[TracingOptions, Record<string, string>, string, string]>([
    [{}, {}, "http://localhost:14268/api/traces", "default"],
    [{}, IN_MESH, JAEGER_IN_MESH, "kubernetes"],
    [{}, { ...IN_MESH, JAEGER_ENDPOINT: "http://a/" }, "http://a/", "JAEGER_ENDPOINT"],
    [{ endpoint: "http://b/" }, { JAEGER_ENDPOINT: "http://a/" }, "http://b/", "endpoint"],
    [{ jaeger: { endpoint: "http://c/" } }, { JAEGER_ENDPOINT: "http://a/" }, "http://c/", "option"],
  ])("of Jaeger: %o %o", (options, environment, value, source) => {
    const { exporters, settings } = exportersOf(options, environment);
    expect(exporters).toMatchObject([{ kind: "jaeger", config: { endpoint: value } }]);
    expect(settings["jaeger.endpoint"]).toEqual({ value, source });
  });

  test.each<[TracingOptions, Record<string, string>, string, string]>([
    [{}, {}, "http://localhost:9411/api/v2/spans", "default"],
    [{}, IN_MESH, "http://zipkin.istio-system:9411/api/v2/spans", "kubernetes"],
    [{ endpoint: "http://b/" }, { OTEL_EXPORTER_ZIPKIN_ENDPOINT: "http://a/" }, "http://b/", "endpoint"],
    [{ zipkin: { endpoint: "http://c/" } }, {}, "http://c/", "option"],
  ])("of Zipkin: %o %o", (options, environment, value, source) => {
    const { exporters, settings } = exportersOf({ exporter: "zipkin", ...options }, environment);
    expect(exporters).toMatchObject([{ kind: "zipkin", config: { endpoint: value } }]);
    expect(settings["zipkin.endpoint"]).toEqual({ value, source });
  });

  test("of OTLP is OpenTelemetry's business, unless it is an option", () => {
    expect(exportersOf({ exporter: "otlp" }, IN_MESH).exporters).toMatchObject([{ kind: "otlp" }]);
    expect(exportersOf({ exporter: "otlp" }, IN_MESH).exporters[0]?.config).not.toHaveProperty("endpoint");
    expect(exportersOf({ exporter: "otlp", endpoint: "http://b/" }).exporters).toMatchObject([
      { config: { endpoint: "http://b/" } },
    ]);
  });

  test("that is more special overrides the general one", () => {
    const { problems } = resolved({ endpoint: "http://b/", jaeger: { endpoint: "http://c/" } });
    expect(problems).toMatchObject([{ name: "endpoint", allowed: expect.stringContaining("has no effect") }]);
  });
});

test.each<[TracingOptions, Record<string, string>, number, number]>([
  [{}, {}, 10_000, 10_000],
  [{ timeoutMs: 5 }, {}, 5, 5],
  [{ timeoutMs: 5, jaeger: { timeoutMs: 6 } }, {}, 6, 5],
  [{ timeoutMs: 5, zipkin: { timeoutMs: 7 } }, { OTEL_EXPORTER_JAEGER_TIMEOUT: "8" }, 5, 7],
  [{}, { OTEL_EXPORTER_JAEGER_TIMEOUT: "8" }, 8, 10_000],
])("the time limit of an attempt: %o %o", (options, environment, jaeger, zipkin) => {
  const { exporters, settings } = exportersOf({ exporter: ["jaeger", "zipkin"], ...options }, environment);
  expect(exporters).toMatchObject([{ config: { timeoutMs: jaeger } }, { config: { timeoutMs: zipkin } }]);
  expect([settings["jaeger.timeoutMs"]?.value, settings["zipkin.timeoutMs"]?.value]).toEqual([jaeger, zipkin]);
});

describe("Jaeger's transport", () => {
  const COMPACT = { protocol: "udp/thrift.compact", host: "localhost", port: 6831, maxPacketSize: 65_000 };
  const BINARY = { ...COMPACT, protocol: "udp/thrift.binary", port: 6832 };
  const HTTP = { protocol: "http/thrift.binary" };
  test.each<[TracingOptions, Record<string, string>, object]>([
    [{}, {}, HTTP],
    [{ jaeger: { host: "a" } }, {}, { ...COMPACT, host: "a" }],
    [{ jaeger: { port: 6832 } }, {}, BINARY],
    [{ jaeger: { host: "a", port: 6832 } }, {}, { ...BINARY, host: "a" }],
    [{ jaeger: { protocol: "udp/thrift.binary" } }, {}, BINARY],
    [{}, { JAEGER_AGENT_HOST: "a" }, { ...COMPACT, host: "a" }],
    [{}, { ...IN_MESH, JAEGER_AGENT_HOST: "a" }, { ...COMPACT, host: "a" }],
    [{}, { JAEGER_AGENT_PORT: "7000" }, { ...COMPACT, port: 7000 }],
    [{}, { JAEGER_AGENT_HOST: "a", OTEL_EXPORTER_JAEGER_PROTOCOL: "udp/thrift.binary" }, { ...BINARY, host: "a" }],
    [{}, { JAEGER_AGENT_HOST: "a", JAEGER_ENDPOINT: "http://j/" }, { ...HTTP, endpoint: "http://j/" }],
    [{ jaeger: { host: "b" } }, { JAEGER_ENDPOINT: "http://j/" }, { ...COMPACT, host: "b" }],
    [{ jaeger: { host: "b" } }, { OTEL_EXPORTER_JAEGER_PROTOCOL: "udp/thrift.binary" }, { ...BINARY, host: "b" }],
    [{ endpoint: "http://j/" }, { JAEGER_AGENT_HOST: "a" }, { ...HTTP, endpoint: "http://j/" }],
    [{}, { OTEL_EXPORTER_JAEGER_PROTOCOL: "http/thrift.binary", JAEGER_AGENT_HOST: "a" }, HTTP],
  ])("%o %o", (options, environment, config) => {
    const { exporters, settings } = exportersOf(options, environment);
    expect(exporters).toMatchObject([{ kind: "jaeger", config }]);
    expect(settings["jaeger.protocol"]?.value).toBe((config as { protocol: string }).protocol);
    expect("jaeger.host" in settings).toBe("host" in config);
    expect("jaeger.endpoint" in settings).toBe(!("host" in config));
  });

  test.each<[TracingOptions["jaeger"], Record<string, string>, object]>([
    [{}, { JAEGER_USER: "u", JAEGER_PASSWORD: "p" }, { username: "u", password: "p" }],
    [{ username: "v" }, { JAEGER_AUTH_TOKEN: "t" }, { username: "v" }],
    [{ bearerToken: "t" }, { JAEGER_USER: "u" }, { bearerToken: "t" }],
    [{}, { JAEGER_AUTH_TOKEN: "t" }, { bearerToken: "t" }],
  ])("credentials: %o %o", (jaeger, environment, credentials) => {
    const [exporter] = exportersOf({ jaeger }, environment).exporters;
    const { username, password, bearerToken }: Record<string, unknown> = { ...exporter?.config };
    expect({ username, password, bearerToken }).toEqual({
      username: undefined,
      password: undefined,
      bearerToken: undefined,
      ...credentials,
    });
  });
});

describe("the queue", () => {
  test("is that of batch, and of the console a shorter delay", () => {
    const { exporters, settings } = exportersOf({ exporter: ["zipkin", "console"], batch: { maxQueueSize: 9000 } });
    expect(exporters).toMatchObject([
      { batch: { maxQueueSize: 9000, scheduledDelayMillis: 5000 } },
      { batch: { maxQueueSize: 9000, scheduledDelayMillis: 100 } },
    ]);
    expect(settings["console.scheduledDelayMillis"]).toEqual({ value: 100, source: "default" });
  });

  test.each<[TracingOptions, Record<string, string>, number]>([
    [{}, { OTEL_BSP_SCHEDULE_DELAY: "7" }, 7],
    [{ batch: { scheduledDelayMillis: 8 } }, {}, 8],
    [{ batch: { scheduledDelayMillis: 8 }, console: { scheduledDelayMillis: 9 } }, {}, 9],
  ])("of the console: %o %o", (options, environment, scheduledDelayMillis) => {
    const { exporters, settings } = exportersOf({ ...options, exporter: "console" }, environment);
    expect(exporters).toMatchObject([{ batch: { scheduledDelayMillis } }]);
    expect(settings["console.scheduledDelayMillis"]?.value).toBe(scheduledDelayMillis);
  });

  test("never holds less than a batch", () => {
    const { exporters, settings } = exportersOf({ batch: { maxQueueSize: 10 } });
    expect(exporters).toMatchObject([{ batch: { maxQueueSize: 10, maxExportBatchSize: 10 } }]);
    expect(settings["batch.maxExportBatchSize"]).toEqual({ value: 10, source: "batch.maxQueueSize" });
  });
});

test("the console's format follows the terminal", () => {
  const onTerminal = facts({}, { terminal: true });
  const { config } = resolveConfig({ exporter: "console" }, onTerminal);
  expect(config.exporters).toMatchObject([{ config: { terminal: true, format: "waterfall" } }]);
  expect(config.settings["console.format"]).toEqual({ value: "waterfall", source: "default" });
  expect(exportersOf({ exporter: "console" }).exporters).toMatchObject([{ config: { format: "json" } }]);
});

test("exporters of the app have names of their own, and one that is named twice sends once", () => {
  class Mine {
    export(): void {}
    async shutdown(): Promise<void> {}
  }
  const [mine, plain] = [new Mine(), { export() {}, shutdown: async () => {} }];
  const { exporters } = exportersOf({ exporter: [mine, "zipkin", mine, plain, new Mine(), "zipkin", "none"] });
  expect(exporters.map(({ name }) => name)).toEqual(["Mine", "zipkin", "exporter", "Mine-3"]);
  expect(exporters[0]?.config).toBe(mine);
});

test("with tracerProvider there is no exporter, and variables of exporters are not read", () => {
  const tracerProvider = { getTracer: () => ({}) as never };
  const environment = { OTEL_TRACES_EXPORTER: "x", OTEL_TRACES_SAMPLER: "x", OTEL_SERVICE_NAME: "theirs" };
  const config = exportersOf({ tracerProvider, trust: "restart" }, environment);
  expect(config).toMatchObject({ exporters: [], tracerProvider, trust: "restart" });
  expect(Object.keys(config.settings)).not.toContain("exporter");
  expect(config.settings["tracerProvider"]).toEqual({ value: "[Object]", source: "option" });
});

test("only what is in force is shown", () => {
  const { settings } = exportersOf({ exporter: "zipkin" }, { JAEGER_ENDPOINT: "http://j/" });
  expect(Object.keys(settings).filter((name) => /^(jaeger|otlp|console)\./.test(name))).toEqual([]);
  expect(Object.keys(settings).slice(0, 3)).toEqual(["serviceName", "resourceAttributes", "sampler"]);
});
