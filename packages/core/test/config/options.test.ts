import { describe, expect, test } from "vitest";
import { resolve, type TracingOptions } from "../../src/config/options.js";
import { PASS_THROUGH } from "../../src/headers/names.js";

const problemsOf = (options: unknown) => resolve(options as TracingOptions, {}).problems;

test.each<[TracingOptions, string, unknown]>([
  [{ exporter: ["jaeger", "console"] }, "exporter", ["jaeger", "console"]],
  [{ sampler: 0.5 }, "sampler", 0.5],
  [{ sampler: { perSecond: 3 } }, "sampler", { perSecond: 3 }],
  [{ propagators: ["b3"] }, "propagators", ["b3"]],
  [{ passThrough: ["end-user"] }, "passThrough", ["end-user"]],
  [{ passThrough: { add: ["end-user"] } }, "passThrough", [...PASS_THROUGH, "end-user"]],
  [{ passThrough: { remove: ["X-Request-Id"] } }, "passThrough", PASS_THROUGH.slice(1)],
  [{ limits: { attributeValueLengthLimit: Number.POSITIVE_INFINITY } }, "limits.attributeValueLengthLimit", Infinity],
  [{ shutdown: false }, "shutdown", false],
  [{ shutdown: { signals: ["SIGUSR2"] } }, "shutdown.signals", ["SIGUSR2"]],
  [{ serviceName: undefined } as never, "serviceName", undefined],
])("%o", (options, name, value) => {
  const settings = resolve(options, {});
  expect(settings.problems).toEqual([]);
  expect(settings.find(name)).toEqual(value);
});

describe("mistakes", () => {
  test.each<[unknown, string, RegExp]>([
    [{ serviceNam: "x" }, "serviceNam", /^unknown option; one of serviceName, /],
    [{ batch: { maxQueue: 1 } }, "batch.maxQueue", /^unknown option; one of maxQueueSize, /],
    [{ debug: 5 }, "debug", /^an object of perSecond$/],
    [{ shutdown: true }, "shutdown", /^false, or \{ signals, timeoutMs \}$/],
    [{ exporter: "jeager" }, "exporter", /^unknown exporter; one of jaeger, .*, or an OpenTelemetry SpanExporter$/],
    [{ exporter: {} }, "exporter", /unknown exporter/],
    [{ sampler: 2 }, "sampler", /a ratio from 0 to 1/],
    [{ sampler: { perSecond: 1, perMinute: 2 } }, "sampler", /a ratio/],
    [{ sampler: { jaegerRemote: { endpoint: "http://j", pollingIntervalMs: 0 } } }, "sampler", /from 1000/],
    [{ sampler: { jaegerRemote: { endpoint: "http://j", interval: 1 } } }, "sampler", /jaegerRemote/],
    [{ propagators: ["b3", "b4"] }, "propagators", /unknown propagator/],
    [{ passThrough: { ad: [] } }, "passThrough", /\{ add, remove \}/],
    [{ propagateTo: "reviews" }, "propagateTo", /an array of hosts/],
    [{ batch: { exportTimeoutMillis: Number.NaN } }, "batch.exportTimeoutMillis", /a number from 1 to 2147483647/],
    [{ limits: { linkCountLimit: -1 } }, "limits.linkCountLimit", /at least 0/],
    [{ shutdown: { signals: ["TERM"] } }, "shutdown.signals", /signals that can be listened to/],
    [{ shutdown: { signals: ["SIGKILL"] } }, "shutdown.signals", /signals that can/],
    [{ exporter: { export() {} } }, "exporter", /SpanExporter/],
    [{ disabled: "false" }, "disabled", /true or false/],
    [{ headers: { "a b": "c" } }, "headers", /header names/],
    [{ exporter: ["jaeger", "zipkin"], endpoint: "http://x" }, "endpoint", /only with one exporter/],
    [null, "options", /an object of options/],
    ["jaeger", "options", /an object of options/],
  ])("%o", (options, name, allowed) => {
    const problems = problemsOf(options);
    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(problems[0]?.allowed).toMatch(allowed);
  });

  test("are told all at once, whatever they are", () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const names = problemsOf({ trust: circular, sharedSpan: Symbol("x"), sampler: 10n, logLevel: () => {} });
    expect(names.map((problem) => problem.name)).toEqual(["trust", "sharedSpan", "sampler", "logLevel"]);
  });

  test("name no secrets", () => {
    const environment = {
      JAEGER_ENDPOINT: "ftp://user:geheim@j/x?token=geheim",
      OTEL_TRACES_SAMPLER: "jaeger_remote",
      OTEL_TRACES_SAMPLER_ARG: "endpoint=http://user:geheim@j,pollingIntervalMs=1",
    };
    const { problems } = resolve(
      { headers: { authorization: 7 }, jaeger: { pasword: "geheim" }, endpoint: "user:geheim@host" } as never,
      environment,
    );
    expect(problems).toHaveLength(5);
    expect(JSON.stringify(problems)).not.toContain("geheim");
  });
});

test("config masks passwords, headers, and the users and queries of URLs, and nothing else", () => {
  const shown = resolve(
    {
      serviceName: "hello@2",
      headers: { "x-tenant": "geheim" },
      jaeger: { endpoint: "http://user:geheim@jaeger:14268/api/traces", username: "user", password: "geheim" },
      zipkin: { endpoint: "http://zipkin:9411/api/v2/spans?key=geheim" },
      sampler: { jaegerRemote: { endpoint: "http://user:geheim@jaeger:5778" } },
      resourceAttributes: { database: "postgres://user:geheim@host/db", team: "blue" },
    },
    {},
  ).masked();
  expect(JSON.stringify(shown)).not.toContain("geheim");
  expect(shown["serviceName"]).toEqual({ value: "hello@2", source: "option" });
  expect(shown["jaeger.endpoint"]?.value).toBe("http://***@jaeger:14268/api/traces");
  expect(shown["zipkin.endpoint"]?.value).toBe("http://zipkin:9411/api/v2/spans?***");
  expect(shown["resourceAttributes"]?.value).toMatchObject({ team: "blue" });
  expect(shown["sharedSpan"]).toEqual({ value: true, source: "default" });
});

test("config can be printed, whatever was handed in", () => {
  class MyExporter {
    readonly self = this;
    export(): void {}
    async shutdown(): Promise<void> {}
  }
  const settings = resolve({ exporter: [new MyExporter(), "console"], propagateTo: [/^reviews/, "time"] }, {});
  const shown = settings.masked();
  expect(JSON.parse(JSON.stringify(shown["exporter"]?.value))).toEqual(["[MyExporter]", "console"]);
  expect(shown["propagateTo"]?.value).toEqual(["/^reviews/", "time"]);
  const inMesh = resolve(
    {
      propagateTo: function inOurMesh() {
        return true;
      },
    },
    {},
  ).masked();
  expect(inMesh["propagateTo"]?.value).toBe("[function inOurMesh]");
});
