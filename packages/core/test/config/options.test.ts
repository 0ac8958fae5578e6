/**
 * Options: the values that they lead to, mistakes, what can have no effect, and what is shown of
 * them.
 */
import { describe, expect, test } from "vitest";
import { TracingConfigError } from "../../src/config/config-error.js";
import { resolveConfig } from "../../src/config/resolved-config.js";
import type { TracingOptions } from "../../src/config/tracing-options.js";
import { PASS_THROUGH } from "../../src/headers/names.js";
import { facts, resolved } from "./facts.js";

const problemsOf = (options: unknown) => resolveConfig(options, facts()).problems;

test.each<[TracingOptions, object]>([
  [{ exporter: ["jaeger", "console"] }, { exporters: [{ kind: "jaeger" }, { kind: "console" }] }],
  [{ sampler: 0.5 }, { sampler: 0.5 }],
  [{ sampler: { perSecond: 3 } }, { sampler: { perSecond: 3 } }],
  [{ propagators: ["b3"] }, { propagators: ["b3"] }],
  [{ passThrough: ["end-user"] }, { passThrough: ["end-user"] }],
  [{ passThrough: { add: ["end-user"] } }, { passThrough: [...PASS_THROUGH, "end-user"] }],
  [{ passThrough: { remove: ["X-Request-Id"] } }, { passThrough: PASS_THROUGH.slice(1) }],
  [
    { limits: { attributeValueLengthLimit: Number.POSITIVE_INFINITY } },
    { limits: { attributeValueLengthLimit: Number.POSITIVE_INFINITY, linkCountLimit: 128 } },
  ],
  [{ shutdown: false }, { shutdown: { atProcessEnd: false, signals: [], timeoutMs: 5000 } }],
  [{ shutdown: { signals: ["SIGUSR2"] } }, { shutdown: { atProcessEnd: true, signals: ["SIGUSR2"] } }],
  [{ serviceName: undefined, batch: undefined, jaeger: { host: undefined } }, { serviceName: "unknown_service:node" }],
  [{ propagators: ["tracecontext"], passThrough: ["x-b3-traceid", "b3"] }, { passThrough: ["x-b3-traceid", "b3"] }],
])("%o", (options, config) => {
  const resolution = resolved(options);
  expect(resolution.problems).toEqual([]);
  expect(resolution.config).toMatchObject(config);
});

test("shutdown: false is shown", () => {
  expect(resolved({ shutdown: false }).config.settings).toMatchObject({
    shutdown: { value: false, source: "option" },
    "shutdown.timeoutMs": { value: 5000, source: "default" },
  });
});

describe("mistakes", () => {
  test.each<[unknown, string, RegExp]>([
    [{ serviceNam: "x" }, "serviceNam", /^unknown option; one of serviceName, /],
    [{ batch: { maxQueue: 1 } }, "batch.maxQueue", /^unknown option; one of maxQueueSize, /],
    [{ shutdown: { timeout: 1 } }, "shutdown.timeout", /^unknown option; one of signals, timeoutMs$/],
    [{ constructor: 1 }, "constructor", /^unknown option/],
    [{ debug: 5 }, "debug", /^an object of perSecond$/],
    [{ shutdown: true }, "shutdown", /^false, or \{ signals, timeoutMs \}$/],
    [{ exporter: "jeager" }, "exporter", /^unknown exporter; one of jaeger, .*, or an OpenTelemetry SpanExporter$/],
    [{ exporter: {} }, "exporter", /unknown exporter/],
    [{ sampler: 2 }, "sampler", /a ratio from 0 to 1/],
    [{ sampler: { perSecond: 1, perMinute: 2 } }, "sampler", /a ratio/],
    [{ sampler: { jaegerRemote: { endpoint: "http://j", pollingIntervalMs: 0 } } }, "sampler", /from 1000/],
    [{ sampler: { jaegerRemote: { endpoint: "http://j", interval: 1 } } }, "sampler", /jaegerRemote/],
    [{ sampler: { jaegerRemote: { endpoint: "jaeger:5778" } } }, "sampler", /jaegerRemote/],
    [{ propagators: ["b3", "b4"] }, "propagators", /unknown propagator/],
    [{ propagators: [{ inject() {} }] }, "propagators", /or a TextMapPropagator/],
    [{ passThrough: { ad: [] } }, "passThrough", /\{ add, remove \}/],
    [{ passThrough: ["Traceparent"] }, "passThrough", /has no effect: the propagator tracecontext writes/],
    [{ propagators: ["b3", "baggage"], passThrough: { add: ["baggage"] } }, "passThrough", /propagator baggage/],
    [{ propagateTo: "reviews" }, "propagateTo", /an array of hosts/],
    [{ batch: { exportTimeoutMillis: Number.NaN } }, "batch.exportTimeoutMillis", /a number from 1 to 2147483647/],
    [{ limits: { linkCountLimit: -1 } }, "limits.linkCountLimit", /at least 0/],
    [{ shutdown: { signals: ["TERM"] } }, "shutdown.signals", /signals that a process can listen to/],
    [{ shutdown: { signals: ["SIGKILL"] } }, "shutdown.signals", /signals that a process can/],
    [{ exporter: { export() {} } }, "exporter", /SpanExporter/],
    [{ disabled: "false" }, "disabled", /true or false/],
    [{ headers: { "a b": "c" } }, "headers", /header names/],
    [{ headers: new Headers({ a: "b" }) }, "headers", /an object of header names/],
    [{ resourceAttributes: new Map([["a", "b"]]) }, "resourceAttributes", /an object of attributes/],
    [{ jaeger: { bearerToken: "" } }, "jaeger.bearerToken", /without line breaks/],
    [{ tls: { ca: "x", rejectUnauthorized: false } }, "tls", /^an object of ca, cert, key, passphrase, servername/],
    [{ exporter: ["jaeger", "zipkin"], endpoint: "http://x" }, "endpoint", /only with one exporter/],
    [null, "options", /an object of options/],
    ["jaeger", "options", /an object of options/],
  ])("%o", (options, name, allowed) => {
    const problems = problemsOf(options);
    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(problems[0]?.allowed).toMatch(allowed);
  });

  test("are listed all at once, whatever they are", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const throwing = new Proxy(
      {},
      {
        get() {
          throw new Error("getter");
        },
      },
    );
    const names = problemsOf({
      trust: circular,
      sharedSpan: Symbol("x"),
      sampler: 10n,
      logLevel: () => {},
      exporter: throwing,
      get propagators() {
        throw new Error("getter");
      },
      strict: throwing,
    });
    expect(names.map((problem) => problem.name)).toEqual([
      "trust",
      "sharedSpan",
      "sampler",
      "logLevel",
      "exporter",
      "propagators",
      "strict",
    ]);
  });

  test("name no secrets", () => {
    const environment = {
      JAEGER_ENDPOINT: "ftp://user:geheim@j/x?token=geheim",
      OTEL_RESOURCE_ATTRIBUTES: "password=geheim,novalue",
      OTEL_TRACES_SAMPLER: "jaeger_remote",
      OTEL_TRACES_SAMPLER_ARG: "endpoint=http://user:geheim@j,pollingIntervalMs=1",
    };
    const options = {
      headers: { authorization: 7, "x-tenant": "geheim" },
      tls: { passphrase: "geheim", key: 7 },
      jaeger: { pasword: "geheim", key: "geheim" },
      zipkin: { endpoint: "user:geheim@host" },
      geheimnis: { inner: "geheim" },
    };
    const { problems } = resolveConfig(options, facts(environment));
    expect(problems).toHaveLength(9);
    expect(JSON.stringify(problems.map(({ value }) => value))).not.toContain("geheim");
    expect(problems).toContainEqual(expect.objectContaining({ name: "jaeger.pasword", value: "(string)" }));
  });
});

describe("a value that is not allowed is shown without secrets", () => {
  test.each<[object, string]>([
    [{ zipkin: { endpoint: "http://bob:geheim@ho st/?k=geheim" } }, "http://***@ho st/?***"],
    [{ zipkin: { endpoint: "http://bob:geh eim@host:x/a?k=gehe im" } }, "http://***@host:x/a?***"],
    [{ zipkin: { endpoint: "http://bob:a/geheim@host/" } }, "http://***@host/"],
    [{ jaeger: { endpoint: "geheim@jaeger:14268/api?geheim" } }, "***@jaeger:14268/api?***"],
    [{ jaeger: { endpoint: "//bob:geheim@jaeger" } }, "//***@jaeger"],
    [{ endpoint: "htp://h/#token=geheim" }, "htp://h/#***"],
    [{ exporter: "http://bob:geheim@host" }, "http://***@host"],
    [{ zipkin: { headers: { "x-api-key": "geheim" } } }, "(object)"],
    [{ zipkin: "http://h?geheim" }, "http://h?***"],
    [{ batch: { maxQueueSize: { apiKey: "geheim", jwt: "geheim", url: "h?geheim" } } }, '"jwt":"***"'],
  ])("%o", (options, value) => {
    const problems = problemsOf(options as TracingOptions);
    expect(problems[0]?.value).toContain(value);
    expect(JSON.stringify(problems)).not.toContain("geh");
  });

  test.each([
    ["OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://bob:geheim@ho st/?k=geheim"],
    ["OTEL_EXPORTER_ZIPKIN_ENDPOINT", "bob:geh eim@host?geheim"],
    ["JAEGER_ENDPOINT", "http://bob:geheim@ho st/?k=geheim"],
  ])("%s=%s", (name, text) => {
    const environment = { OTEL_TRACES_EXPORTER: name.startsWith("JAEGER") ? "jaeger" : "zipkin", [name]: text };
    const { problems } = resolveConfig({}, facts(environment));
    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(JSON.stringify(problems)).not.toContain("geh");
  });

  test("and without control characters", () => {
    const { message } = new TracingConfigError([{ name: "a\u001b", value: "\u009b\n\u202e", allowed: "text" }]);
    expect(message).toBe("a\\x1b=\\x9b\\x0a\\u202e: text");
  });
});

describe("options that can have no effect", () => {
  const provider = { getTracer: () => ({}) as never };
  const own = { inject() {}, extract: () => ({}) as never, fields: () => [] };
  test.each<[TracingOptions, string, RegExp]>([
    [{ propagators: own, passThrough: ["x-tenant"] }, "passThrough", /none of the propagators is ours/],
    [{ propagators: [own], passThrough: { add: ["x"] } }, "passThrough", /none of the propagators is ours/],
    [{ jaeger: { host: "a", protocol: "http/thrift.binary" } }, "jaeger.host", /with jaeger.protocol http/],
    [{ jaeger: { host: "a", endpoint: "http://j" } }, "jaeger.host", /with jaeger.protocol http/],
    [{ jaeger: { host: "a", endpoint: "http://j", protocol: "udp/thrift.compact" } }, "jaeger.endpoint", /udp/],
    [{ jaeger: { host: "a", username: "u" } }, "jaeger.username", /with jaeger.protocol udp/],
    [{ jaeger: { maxPacketSize: 1400 } }, "jaeger.maxPacketSize", /with jaeger.protocol http/],
    [{ jaeger: { password: "p" } }, "jaeger.password", /only with jaeger.username/],
    [{ jaeger: { username: "u", bearerToken: "t" } }, "jaeger.bearerToken", /with jaeger.username/],
    [{ jaeger: { host: "a" }, headers: {} }, "headers", /with exporter jaeger/],
    [{ exporter: "console", endpoint: "http://x" }, "endpoint", /with exporter console/],
    [{ exporter: "otlp", tls: { ca: "x" } }, "tls", /with exporter otlp/],
    [{ exporter: "zipkin", zipkin: { timeoutMs: 1 }, timeoutMs: 2 }, "timeoutMs", /with exporter zipkin/],
    [{ tracerProvider: provider, exporter: "zipkin" }, "exporter", /with tracerProvider/],
    [{ tracerProvider: provider, sampler: 0.5 }, "sampler", /with tracerProvider/],
    [{ tracerProvider: provider, sharedSpan: false }, "sharedSpan", /with tracerProvider/],
    [{ tracerProvider: provider, limits: { linkCountLimit: 1 } }, "limits.linkCountLimit", /with tracerProvider/],
  ])("%o", (options, name, allowed) => {
    const problems = problemsOf(options);
    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(problems[0]?.allowed).toMatch(allowed);
  });

  test.each<[string, TracingOptions, Record<string, string>]>([
    ["a variable chose the exporter", { endpoint: "http://x", headers: {} }, { OTEL_TRACES_EXPORTER: "console" }],
    ["a variable chose the transport", { headers: {}, jaeger: { bearerToken: "t" } }, { JAEGER_AGENT_HOST: "a" }],
    ["another exporter is in use", { exporter: "zipkin", jaeger: { host: "a", username: "u" } }, {}],
    ["none is in use", { exporter: "none", endpoint: "http://x", batch: { maxQueueSize: 1 } }, {}],
    ["a variable chose headers", { propagators: own }, { MESHTRACE_PASS_THROUGH: "x-tenant" }],
    ["tracing is disabled", { disabled: true, endpoint: "http://x", exporter: "console" }, {}],
  ])("are no mistake where %s", (_case, options, environment) => {
    expect(resolved(options, environment).problems).toEqual([]);
  });
});

describe("config", () => {
  test("masks passwords, headers, and the users and queries of URLs, and nothing else", () => {
    const { settings } = resolved({
      serviceName: "hello@2",
      exporter: ["jaeger", "zipkin"],
      headers: { "x-tenant": "geheim" },
      jaeger: { endpoint: "http://user:geheim@jaeger:14268/api/traces", username: "user", password: "geheim" },
      zipkin: { endpoint: "http://zipkin:9411/api/v2/spans?key=geheim" },
      sampler: { jaegerRemote: { endpoint: "http://user:geheim@jaeger:5778" } },
      resourceAttributes: { database: "postgres://user:geheim@host/db", apiToken: "geheim", team: "blue" },
    }).config;
    expect(JSON.stringify(settings)).not.toContain("geheim");
    expect(settings["serviceName"]).toEqual({ value: "hello@2", source: "option" });
    expect(settings["jaeger.endpoint"]?.value).toBe("http://***@jaeger:14268/api/traces");
    expect(settings["zipkin.endpoint"]?.value).toBe("http://zipkin:9411/api/v2/spans?***");
    expect(settings["resourceAttributes"]?.value).toMatchObject({ team: "blue" });
    expect(settings["sharedSpan"]).toEqual({ value: true, source: "default" });
  });

  test("can be printed, whatever was handed in", () => {
    class MyExporter {
      readonly self = this;
      export(): void {}
      async shutdown(): Promise<void> {}
    }
    function inOurMesh(): boolean {
      return true;
    }
    const { settings } = resolved({ exporter: [new MyExporter(), "console"], propagateTo: inOurMesh }).config;
    expect(JSON.parse(JSON.stringify(settings["exporter"]?.value))).toEqual(["[MyExporter]", "console"]);
    expect(settings["propagateTo"]?.value).toBe("[function inOurMesh]");
  });

  test("is final: later changes of what was handed in have no effect, and objects of the app stay themselves", () => {
    const exporter = { export() {}, shutdown: async () => {} };
    const options = { exporter, resourceAttributes: { a: 1 }, batch: { maxQueueSize: 5 }, passThrough: ["x"] };
    const { config } = resolved(options);
    options.resourceAttributes.a = 2;
    options.passThrough.push("y");
    expect(config.resource["a"]).toBe(1);
    expect(config.passThrough).toEqual(["x"]);
    expect(config.exporters[0]?.config).toBe(exporter);
    for (const part of [config, config.resource, config.exporters, config.exporters[0], config.settings, config.limits])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(exporter)).toBe(false);
  });

  test("with problems makes no spans", () => {
    const { config } = resolved({ exporter: "jeager" as never, strict: false });
    expect(config).toMatchObject({ disabled: true, exporters: [], strict: false });
    expect(config.settings["disabled"]).toEqual({ value: true, source: "strict: false" });
  });
});
