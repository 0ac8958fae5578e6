/** Every variable: where it goes, what it yields, and what is said of nonsense. */
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/config/environment.js";
import { resolve } from "../../src/config/options.js";
import { PASS_THROUGH } from "../../src/headers/names.js";

const VARIABLES: [variable: string, text: string, option: string, value: unknown][] = [
  ["OTEL_SERVICE_NAME", " hello ", "serviceName", "hello"],
  ["JAEGER_SERVICE_NAME", "hello", "serviceName", "hello"],
  ["OTEL_RESOURCE_ATTRIBUTES", "a=1, b=x%2Cy", "resourceAttributes", { a: "1", b: "x,y" }],
  ["JAEGER_TAGS", "team=blue", "resourceAttributes", { team: "blue" }],
  ["OTEL_TRACES_EXPORTER", "zipkin, console", "exporter", ["zipkin", "console"]],
  ["OTEL_EXPORTER_JAEGER_ENDPOINT", "http://j:14268/api/traces", "jaeger.endpoint", "http://j:14268/api/traces"],
  ["JAEGER_ENDPOINT", "https://j/api/traces", "jaeger.endpoint", "https://j/api/traces"],
  ["OTEL_EXPORTER_JAEGER_PROTOCOL", "udp/thrift.binary", "jaeger.protocol", "udp/thrift.binary"],
  ["OTEL_EXPORTER_JAEGER_AGENT_HOST", "agent", "jaeger.host", "agent"],
  ["JAEGER_AGENT_HOST", "agent", "jaeger.host", "agent"],
  ["OTEL_EXPORTER_JAEGER_AGENT_PORT", "6832", "jaeger.port", 6832],
  ["JAEGER_AGENT_PORT", "6831", "jaeger.port", 6831],
  ["OTEL_EXPORTER_JAEGER_USER", "u", "jaeger.username", "u"],
  ["JAEGER_USER", "u", "jaeger.username", "u"],
  ["OTEL_EXPORTER_JAEGER_PASSWORD", "p", "jaeger.password", "p"],
  ["JAEGER_PASSWORD", "p", "jaeger.password", "p"],
  ["OTEL_EXPORTER_JAEGER_TIMEOUT", "2500", "jaeger.timeoutMs", 2500],
  ["OTEL_EXPORTER_ZIPKIN_ENDPOINT", "http://z:9411/api/v2/spans", "zipkin.endpoint", "http://z:9411/api/v2/spans"],
  ["OTEL_EXPORTER_ZIPKIN_TIMEOUT", "1e3", "zipkin.timeoutMs", 1000],
  ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc", "otlp.protocol", "grpc"],
  ["OTEL_EXPORTER_OTLP_PROTOCOL", "HTTP/JSON", "otlp.protocol", "http/json"],
  ["MESHTRACE_SHARED_SPAN", "false", "sharedSpan", false],
  ["OTEL_TRACES_SAMPLER", "always_off", "sampler", "always_off"],
  ["OTEL_PROPAGATORS", "tracecontext,baggage,b3", "propagators", ["tracecontext", "baggage", "b3"]],
  ["MESHTRACE_PASS_THROUGH", "X-Tenant, end-user", "passThrough", ["x-tenant", "end-user"]],
  [
    "MESHTRACE_PASS_THROUGH",
    "+x-tenant,-SW8",
    "passThrough",
    [...PASS_THROUGH.filter((one) => one !== "sw8"), "x-tenant"],
  ],
  ["MESHTRACE_PROPAGATE_TO", "mesh,*.corp.example", "propagateTo", ["mesh", "*.corp.example"]],
  ["MESHTRACE_DEBUG_PER_SECOND", "0.5", "debug.perSecond", 0.5],
  ["MESHTRACE_TRUST", "Restart", "trust", "restart"],
  ["OTEL_BSP_MAX_QUEUE_SIZE", "100", "batch.maxQueueSize", 100],
  ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10", "batch.maxExportBatchSize", 10],
  ["OTEL_BSP_SCHEDULE_DELAY", "0", "batch.scheduledDelayMillis", 0],
  ["OTEL_BSP_EXPORT_TIMEOUT", "1000", "batch.exportTimeoutMillis", 1000],
  ["OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "5", "limits.attributeCountLimit", 5],
  ["OTEL_ATTRIBUTE_COUNT_LIMIT", "6", "limits.attributeCountLimit", 6],
  ["OTEL_ATTRIBUTE_COUNT_LIMIT", "6", "limits.attributePerEventCountLimit", 6],
  ["OTEL_ATTRIBUTE_COUNT_LIMIT", "6", "limits.attributePerLinkCountLimit", 6],
  ["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "7", "limits.attributePerEventCountLimit", 7],
  ["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "8", "limits.attributePerLinkCountLimit", 8],
  ["OTEL_SPAN_EVENT_COUNT_LIMIT", "9", "limits.eventCountLimit", 9],
  ["OTEL_SPAN_LINK_COUNT_LIMIT", "0", "limits.linkCountLimit", 0],
  ["OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "64", "limits.attributeValueLengthLimit", 64],
  ["OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "32", "limits.attributeValueLengthLimit", 32],
  ["MESHTRACE_SHUTDOWN_TIMEOUT", "750", "shutdown.timeoutMs", 750],
  ["OTEL_SDK_DISABLED", "true", "disabled", true],
  ["OTEL_SDK_DISABLED", "FALSE", "disabled", false],
  ["JAEGER_DISABLED", "1", "disabled", true],
  ["OTEL_LOG_LEVEL", "WARN", "logLevel", "warn"],
];

test.each(VARIABLES)("%s=%s settles %s", (variable, text, option, value) => {
  const settings = resolve({}, { [variable]: text });
  expect(settings.problems).toEqual([]);
  expect(settings.get(option)).toEqual(value);
  expect(settings.source(option)).toBe(variable);
  expect(settings.masked()[option]?.source).toBe(variable);
});

test.each(SETTINGS.map((row) => [row.option, row] as const))("%s: what is empty is not set", (option, row) => {
  const empty = Object.fromEntries(row.variables.map((variable) => [variable, ""]));
  const settings = resolve({}, empty);
  expect(settings.problems).toEqual([]);
  expect(settings.source(option)).toBe("default");
});

const twice = SETTINGS.filter((row) => row.variables.length > 1).map((row) => [row.option, row] as const);
test.each(twice)("%s: the first variable that is set counts, and an option before both", (option, row) => {
  const sample = (variable: string): string => {
    const found = VARIABLES.find(([name, , to]) => name === variable && to === option);
    return found?.[1] ?? "";
  };
  const [first = "", second = ""] = row.variables;
  if (sample(first) === "" || sample(second) === "") return;
  const both = { [second]: sample(second), [first]: sample(first) };
  expect(resolve({}, both).source(option)).toBe(first);
});

test("an option comes before its variable, false and 0 as well", () => {
  const environment = { MESHTRACE_SHARED_SPAN: "true", MESHTRACE_DEBUG_PER_SECOND: "7", OTEL_SDK_DISABLED: "true" };
  const settings = resolve({ sharedSpan: false, debug: { perSecond: 0 }, disabled: false }, environment);
  expect([settings.get("sharedSpan"), settings.get("debug.perSecond"), settings.get("disabled")]).toEqual([
    false,
    0,
    false,
  ]);
  expect(settings.source("sharedSpan")).toBe("option");
});

test("resource attributes add up: options before OTEL_RESOURCE_ATTRIBUTES before JAEGER_TAGS", () => {
  const environment = { OTEL_RESOURCE_ATTRIBUTES: "a=2,b=2", JAEGER_TAGS: "a=3,b=3,c=3" };
  const settings = resolve({ resourceAttributes: { a: 1 } }, environment);
  expect(settings.get("resourceAttributes")).toEqual({ a: 1, b: "2", c: "3" });
});

describe("a mistake names the variable, its value and what is allowed", () => {
  test.each([
    ["OTEL_TRACES_EXPORTER", "jeager", "unknown exporter; one of jaeger, zipkin, otlp, console, none"],
    ["OTEL_TRACES_EXPORTER", "jaeger,zipkn", "unknown exporter; one of jaeger, zipkin, otlp, console, none"],
    ["OTEL_PROPAGATORS", "b4", "unknown propagator; one of b3, b3multi, tracecontext, baggage, none"],
    ["OTEL_TRACES_SAMPLER", "sometimes", expect.stringContaining("unknown sampler; one of always_on")],
    ["OTEL_EXPORTER_JAEGER_ENDPOINT", "jaeger:14268", "a URL that starts with http:// or https://"],
    ["JAEGER_AGENT_PORT", "70000", "a whole number from 1 to 65535"],
    ["OTEL_BSP_MAX_QUEUE_SIZE", "1.5", "a whole number of at least 1"],
    ["OTEL_BSP_EXPORT_TIMEOUT", "99999999999", "a number from 1 to 2147483647"],
    ["OTEL_BSP_SCHEDULE_DELAY", "5s", expect.stringContaining("a number from 0")],
    ["MESHTRACE_TRUST", "maybe", "one of continue, restart, ignore"],
    ["MESHTRACE_SHARED_SPAN", "yes", "true or false"],
    ["MESHTRACE_PASS_THROUGH", "x tenant", expect.stringContaining("header names")],
    ["MESHTRACE_PASS_THROUGH", "+x-tenant,sw8", expect.stringContaining("each with + or -")],
    ["OTEL_RESOURCE_ATTRIBUTES", "novalue", expect.stringContaining("key=value")],
    ["OTEL_LOG_LEVEL", "loud", expect.stringContaining("one of none, error")],
  ])("%s=%s", (name, value, allowed) => {
    expect(resolve({}, { [name]: value }).problems).toEqual([{ name, value, allowed }]);
  });

  test("an unsound variable is told even where an option makes it useless, and where a better one is set", () => {
    const environment = { JAEGER_ENDPOINT: "no", OTEL_EXPORTER_JAEGER_ENDPOINT: "http://j/", MESHTRACE_TRUST: "x" };
    const names = resolve({ trust: "ignore" }, environment).problems.map((problem) => problem.name);
    expect(names).toEqual(["JAEGER_ENDPOINT", "MESHTRACE_TRUST"]);
  });
});

describe("samplers of two worlds", () => {
  test.each([
    [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" }, 0.25],
    [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio" }, 1],
    [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "always_off"],
    [{ JAEGER_SAMPLER_TYPE: "const", JAEGER_SAMPLER_PARAM: "0" }, "always_off"],
    [{ JAEGER_SAMPLER_TYPE: "const", JAEGER_SAMPLER_PARAM: "1" }, "always_on"],
    [{ JAEGER_SAMPLER_TYPE: "probabilistic", JAEGER_SAMPLER_PARAM: "0.5" }, 0.5],
    [{ JAEGER_SAMPLER_TYPE: "ratelimiting", JAEGER_SAMPLER_PARAM: "7" }, { perSecond: 7 }],
    [{ JAEGER_SAMPLER_TYPE: "const", OTEL_TRACES_SAMPLER: "always_off" }, "always_off"],
    [
      { JAEGER_SAMPLER_TYPE: "remote", JAEGER_AGENT_HOST: "agent" },
      { jaegerRemote: { endpoint: "http://agent:5778/sampling", initialRatio: 0.001 } },
    ],
    [
      {
        OTEL_TRACES_SAMPLER: "parentbased_jaeger_remote",
        OTEL_TRACES_SAMPLER_ARG: "endpoint=http://j:5778,pollingIntervalMs=5000,initialSamplingRate=0.25",
      },
      { jaegerRemote: { endpoint: "http://j:5778", pollingIntervalMs: 5000, initialRatio: 0.25 } },
    ],
  ])("%o", (environment, sampler) => {
    const settings = resolve({}, environment as Record<string, string>);
    expect(settings.problems).toEqual([]);
    expect(settings.get("sampler")).toEqual(sampler);
  });

  test.each([
    [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "half" }, "OTEL_TRACES_SAMPLER_ARG"],
    [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER_ARG"],
    [{ JAEGER_SAMPLER_TYPE: "probabilistic", JAEGER_SAMPLER_PARAM: "2" }, "JAEGER_SAMPLER_PARAM"],
    [{ JAEGER_SAMPLER_TYPE: "sometimes" }, "JAEGER_SAMPLER_TYPE"],
  ])("%o is a mistake", (environment, name) => {
    expect(resolve({}, environment as Record<string, string>).problems).toMatchObject([{ name }]);
  });
});
