/**
 * What the environment says beyond one variable for one setting: samplers, attributes, the
 * platform, other libraries.
 */
import { describe, expect, test } from "vitest";
import { PASS_THROUGH } from "../../src/headers/names.js";
import { resolved } from "./facts.js";

test("an option comes before its variable, false and 0 as well", () => {
  const environment = { MESHTRACE_SHARED_SPAN: "true", MESHTRACE_DEBUG_PER_SECOND: "7", OTEL_SDK_DISABLED: "true" };
  const { config } = resolved({ sharedSpan: false, debug: { perSecond: 0 }, disabled: false }, environment);
  expect([config.sharedSpan, config.debug.perSecond, config.disabled]).toEqual([false, 0, false]);
});

describe("lists", () => {
  test.each<[Record<string, string>, object]>([
    [{ OTEL_TRACES_EXPORTER: "zipkin, console" }, { exporters: [{ name: "zipkin" }, { name: "console" }] }],
    [{ OTEL_TRACES_EXPORTER: "zipkin,zipkin" }, { exporters: [{ name: "zipkin" }] }],
    [{ OTEL_TRACES_EXPORTER: "none" }, { exporters: [] }],
    [{ OTEL_PROPAGATORS: "tracecontext,baggage,b3" }, { propagators: ["tracecontext", "baggage", "b3"] }],
    [{ MESHTRACE_PASS_THROUGH: "X-Tenant, end-user" }, { passThrough: ["x-tenant", "end-user"] }],
    [
      { MESHTRACE_PASS_THROUGH: "+x-tenant,-SW8" },
      { passThrough: [...PASS_THROUGH.filter((name) => name !== "sw8"), "x-tenant"] },
    ],
  ])("%o", (environment, config) => {
    const resolution = resolved({}, environment);
    expect(resolution.problems).toEqual([]);
    expect(resolution.config).toMatchObject(config);
  });

  test.each(["OTEL_TRACES_EXPORTER", "OTEL_PROPAGATORS", "MESHTRACE_PASS_THROUGH"])("%s=, names nothing", (name) => {
    expect(resolved({}, { [name]: ", ," }).problems).toMatchObject([{ name }]);
  });
});

describe("resource attributes", () => {
  test("add up: options before OTEL_RESOURCE_ATTRIBUTES before JAEGER_TAGS", () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: "a=2,b=2", JAEGER_TAGS: "a=3,b=3,c=3" };
    const { config } = resolved({ resourceAttributes: { a: 1 } }, environment);
    expect(config.resource).toMatchObject({ a: 1, b: "2", c: "3" });
    expect(config.settings["resourceAttributes"]?.source).toBe("option, OTEL_RESOURCE_ATTRIBUTES, JAEGER_TAGS");
  });

  test("of JAEGER_TAGS are read as jaeger-client reads them: substituted, not percent-decoded", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: jaeger-client's syntax.
    const tags = "load=50%,version=${APP_VERSION:unknown},zone=${ZONE:a:b},none=${MISSING}";
    expect(resolved({}, { JAEGER_TAGS: tags, APP_VERSION: "1.2" }).config.resource).toMatchObject({
      load: "50%",
      version: "1.2",
      zone: "a:b",
      none: "",
    });
  });

  test.each(["a=%zz", "=x", "a"])("OTEL_RESOURCE_ATTRIBUTES=%s is a mistake", (text) => {
    expect(resolved({}, { OTEL_RESOURCE_ATTRIBUTES: text }).problems).toMatchObject([{ value: text }]);
  });
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
    expect(resolved({}, { [name]: value }).problems).toEqual([{ name, value, allowed }]);
  });
});

describe("a malformed variable that has no effect never ends the start", () => {
  test.each<[string, Parameters<typeof resolved>]>([
    ["behind an option", [{ trust: "ignore" }, { MESHTRACE_TRUST: "x" }]],
    ["behind a better one", [{}, { JAEGER_ENDPOINT: "no", OTEL_EXPORTER_JAEGER_ENDPOINT: "http://j/" }]],
    ["of another exporter", [{}, { OTEL_TRACES_EXPORTER: "zipkin", JAEGER_ENDPOINT: "no", JAEGER_USER: "a:b" }]],
    ["of another transport", [{}, { JAEGER_AGENT_HOST: "agent", JAEGER_USER: "a:b", JAEGER_AUTH_TOKEN: "a\nb" }]],
    ["of the agent, beside an endpoint", [{}, { JAEGER_ENDPOINT: "http://j", JAEGER_AGENT_PORT: "x" }]],
    ["of exporters, without any", [{ exporter: "none" }, { OTEL_BSP_MAX_QUEUE_SIZE: "x", JAEGER_ENDPOINT: "no" }]],
    ["of a sampler that takes no argument", [{}, { OTEL_TRACES_SAMPLER: "always_on", OTEL_TRACES_SAMPLER_ARG: "x" }]],
    ["of jaeger-client's sampler", [{}, { OTEL_TRACES_SAMPLER: "always_on", JAEGER_SAMPLER_TYPE: "x" }]],
    ["while disabled", [{}, { OTEL_SDK_DISABLED: "true", OTEL_TRACES_EXPORTER: "x", OTEL_TRACES_SAMPLER: "x" }]],
    ["attributes while disabled", [{ disabled: true }, { OTEL_RESOURCE_ATTRIBUTES: "x" }]],
  ])("%s", (_case, [options, environment]) => {
    expect(resolved(options, environment).problems).toEqual([]);
  });
});

describe("Kubernetes' service variables", () => {
  test.each(["udp://10.96.12.7:6831", "tcp://10.96.12.7:6831", "sctp://[fd00::1]:6831"])(
    "JAEGER_AGENT_PORT=%s is passed over, and named at debug level",
    (link) => {
      const { config, problems, note } = resolved({}, { JAEGER_AGENT_PORT: link, ZIPKIN_PORT: link });
      expect(problems).toEqual([]);
      expect(config.settings["jaeger.protocol"]).toEqual({ value: "http/thrift.binary", source: "default" });
      expect(note).toContain("JAEGER_AGENT_PORT");
    },
  );

  test("of which none is set, nothing is logged", () => {
    expect(resolved()).toMatchObject({ note: undefined, warning: undefined });
  });

  test("do not hide a port behind them", () => {
    const environment = { OTEL_EXPORTER_JAEGER_AGENT_PORT: "tcp://10.0.0.1:80", JAEGER_AGENT_PORT: "6832" };
    expect(resolved({}, environment).config.exporters).toMatchObject([
      { config: { protocol: "udp/thrift.binary", host: "localhost", port: 6832 } },
    ]);
  });

  test("are recognised by name: a URL elsewhere is a mistake", () => {
    const { problems } = resolved({}, { OTEL_BSP_MAX_QUEUE_SIZE: "tcp://10.0.0.1:80" });
    expect(problems).toMatchObject([{ name: "OTEL_BSP_MAX_QUEUE_SIZE" }]);
  });
});

describe("samplers of two worlds", () => {
  const remote = (endpoint: string, pollingIntervalMs = 60_000, initialRatio = 0.001): object => ({
    jaegerRemote: { endpoint, pollingIntervalMs, initialRatio },
  });
  test.each<[Record<string, string>, unknown]>([
    [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" }, 0.25],
    [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio" }, 1],
    [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, "always_off"],
    [{ JAEGER_SAMPLER_TYPE: "const", JAEGER_SAMPLER_PARAM: "0" }, "always_off"],
    [{ JAEGER_SAMPLER_TYPE: "const", JAEGER_SAMPLER_PARAM: "1" }, "always_on"],
    [{ JAEGER_SAMPLER_TYPE: "probabilistic", JAEGER_SAMPLER_PARAM: "0.5" }, 0.5],
    [{ JAEGER_SAMPLER_TYPE: "ratelimiting", JAEGER_SAMPLER_PARAM: "7" }, { perSecond: 7 }],
    [{ JAEGER_SAMPLER_TYPE: "const", OTEL_TRACES_SAMPLER: "always_off" }, "always_off"],
    [{ JAEGER_SAMPLER_TYPE: "remote", JAEGER_AGENT_HOST: "agent" }, remote("http://agent:5778/sampling")],
    [{ JAEGER_SAMPLER_TYPE: "remote", JAEGER_SAMPLING_ENDPOINT: "http://j:1/s" }, remote("http://j:1/s")],
    [
      {
        OTEL_TRACES_SAMPLER: "parentbased_jaeger_remote",
        OTEL_TRACES_SAMPLER_ARG: "endpoint=http://j:5778, pollingIntervalMs=5000,initialSamplingRate=0.25",
      },
      remote("http://j:5778", 5000, 0.25),
    ],
  ])("%o", (environment, sampler) => {
    const { config, problems } = resolved({}, environment);
    expect(problems).toEqual([]);
    expect(config.sampler).toEqual(sampler);
    expect(config.settings["sampler"]).toEqual({ value: sampler, source: expect.stringMatching(/SAMPLER(_TYPE)?$/) });
  });

  const REMOTE = { OTEL_TRACES_SAMPLER: "jaeger_remote" };
  test.each<[Record<string, string>, string]>([
    [{ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "half" }, "OTEL_TRACES_SAMPLER_ARG"],
    [REMOTE, "OTEL_TRACES_SAMPLER_ARG"],
    [{ ...REMOTE, OTEL_TRACES_SAMPLER_ARG: "endpoint=jaeger:5778" }, "OTEL_TRACES_SAMPLER_ARG"],
    [{ ...REMOTE, OTEL_TRACES_SAMPLER_ARG: "endpoint=http://j,pollingIntervalMs=1" }, "OTEL_TRACES_SAMPLER_ARG"],
    [{ ...REMOTE, OTEL_TRACES_SAMPLER_ARG: "endpoint=http://j,initialSamplingRate=2" }, "OTEL_TRACES_SAMPLER_ARG"],
    [{ JAEGER_SAMPLER_TYPE: "probabilistic", JAEGER_SAMPLER_PARAM: "2" }, "JAEGER_SAMPLER_PARAM"],
    [{ JAEGER_SAMPLER_TYPE: "remote", JAEGER_SAMPLING_ENDPOINT: "j:5778" }, "JAEGER_SAMPLING_ENDPOINT"],
    [{ JAEGER_SAMPLER_TYPE: "sometimes" }, "JAEGER_SAMPLER_TYPE"],
  ])("%o is a mistake", (environment, name) => {
    expect(resolved({}, environment).problems).toMatchObject([{ name }]);
  });

  test("an option that leaves out defaults shows them", () => {
    const { config } = resolved({ sampler: { jaegerRemote: { endpoint: "http://j:5778" } } });
    expect(config.settings["sampler"]).toEqual({ value: remote("http://j:5778"), source: "option" });
  });
});

describe("variables that are not read", () => {
  test("are named in one warning, with what to use instead", () => {
    const { warning, problems } = resolved(
      {},
      {
        OTEL_CONFIG_FILE: "otel.yaml",
        JAEGER_REPORTER_FLUSH_INTERVAL: "100",
        ZIPKIN_BASE_URL: "http://zipkin:9411",
        OTEL_TRACES_SAMPLER: "xray",
        OTEL_BSP_SCHEDULE_DELAY: "10",
      },
    );
    expect(problems).toEqual([]);
    expect(warning).toMatch(/OTEL_CONFIG_FILE \(declarative configuration is not supported/);
    expect(warning).toContain("JAEGER_REPORTER_FLUSH_INTERVAL (use OTEL_BSP_SCHEDULE_DELAY)");
    expect(warning).toContain("ZIPKIN_BASE_URL (use OTEL_EXPORTER_ZIPKIN_ENDPOINT)");
    expect(warning).toContain("OTEL_TRACES_SAMPLER (xray");
    expect(warning).not.toContain("zipkin:9411");
  });

  test.each<[string, Record<string, string>, boolean]>([
    ["an OTLP endpoint while spans go to Jaeger by default", {}, true],
    ["not where Jaeger was chosen", { OTEL_TRACES_EXPORTER: "jaeger" }, false],
    ["not where OTLP was chosen", { OTEL_TRACES_EXPORTER: "otlp" }, false],
    ["not while disabled", { OTEL_SDK_DISABLED: "true" }, false],
  ])("%s", (_case, environment, warns) => {
    const { warning } = resolved({}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318", ...environment });
    expect(warning?.includes("use OTEL_TRACES_EXPORTER=otlp") ?? false).toBe(warns);
  });
});
