/**
 * Every entry of the schema: as an option, as a variable, in order of precedence, and as
 * `tracing.config` shows it.
 */
import { describe, expect, test } from "vitest";
import { ENTRIES } from "../../src/config/schema.js";
import type { TracingOptions } from "../../src/config/tracing-options.js";
import { resolved } from "./facts.js";

interface Sample {
  readonly option: unknown;
  /** How `tracing.config` shows the option, where that differs. */
  readonly printed?: unknown;
  readonly wrong: unknown;
  /** A variable's text and its value. */
  readonly text?: readonly [text: string, value: unknown];
  readonly wrongText?: string;
  /** What makes the setting one that is read. */
  readonly with?: TracingOptions;
}

class Own {
  readonly export = (): void => {};
  readonly onStart = (): void => {};
  readonly onEnd = (): void => {};
  readonly getTracer = (): void => {};
  readonly generateTraceId = (): string => "";
  readonly generateSpanId = (): string => "";
  readonly forceFlush = async (): Promise<void> => {};
  readonly shutdown = async (): Promise<void> => {};
}
const own = new Own();
const count = (option: number): Sample => ({ option, wrong: 1.5, text: ["7", 7], wrongText: "many" });
const limit: Sample = { ...count(5), option: Number.POSITIVE_INFINITY };
const duration: Sample = { option: 2.5, wrong: 2 ** 31, text: ["1e3", 1000], wrongText: "5s" };
const flag = (option: boolean): Sample => ({ option, wrong: "true", text: [" TRUE ", true], wrongText: "yes" });
const url: Sample = {
  option: "https://a.example/x",
  wrong: "a.example:9411",
  text: [" http://b:1/x ", "http://b:1/x"],
  wrongText: "jaeger:5778",
};
const UDP: TracingOptions = { jaeger: { protocol: "udp/thrift.compact" } };
const ZIPKIN: TracingOptions = { exporter: "zipkin" };

const SAMPLES: Readonly<Record<string, Sample>> = {
  serviceName: { option: "a", wrong: " ", text: [" b ", "b"] },
  resourceAttributes: {
    option: { team: "blue", sizes: [1, 2] },
    printed: expect.objectContaining({ team: "blue", sizes: [1, 2], "service.name": "unknown_service:node" }),
    wrong: { team: { name: "blue" } },
    text: ["a=1, b=x%2Cy", expect.objectContaining({ a: "1" })],
    wrongText: "novalue",
  },
  sampler: { option: { perSecond: 3 }, wrong: 2, text: ["always_off", "always_off"], wrongText: "sometimes" },
  "debug.perSecond": { option: 0, wrong: -1, text: ["0.5", 0.5], wrongText: "often" },
  sharedSpan: { ...flag(false), text: ["0", false] },
  idGenerator: { option: own, printed: "[Own]", wrong: { generateTraceId: () => "" } },
  spanProcessors: { option: [own], printed: ["[Own]"], wrong: [{ onStart() {} }] },
  "limits.attributeCountLimit": limit,
  "limits.attributeValueLengthLimit": limit,
  "limits.eventCountLimit": limit,
  "limits.linkCountLimit": limit,
  "limits.attributePerEventCountLimit": limit,
  "limits.attributePerLinkCountLimit": limit,
  exporter: { option: ["zipkin", own], printed: ["zipkin", "[Own]"], wrong: { export() {} }, ...names("console") },
  endpoint: { ...url },
  headers: { option: { "x-tenant": "a" }, printed: "***", wrong: { "x-tenant": "a\nb" } },
  timeoutMs: { ...duration },
  compression: { option: "gzip", wrong: "br" },
  tls: { option: { ca: Buffer.from("x"), servername: "a" }, printed: "***", wrong: { ca: 7 } },
  onLoss: { option: function received() {}, printed: "[function received]", wrong: "log" },
  "batch.maxQueueSize": { ...count(600), text: ["700", 700] },
  "batch.maxExportBatchSize": count(6),
  "batch.maxQueueBytes": count(6),
  "batch.maxExportBatchBytes": count(6),
  "batch.scheduledDelayMillis": { ...duration, option: 0 },
  "batch.exportTimeoutMillis": duration,
  "jaeger.endpoint": url,
  "jaeger.protocol": { option: "http/thrift.binary", wrong: "http", ...names("udp/thrift.binary") },
  "jaeger.host": { option: "agent", wrong: "", text: [" agent ", "agent"], with: UDP },
  "jaeger.port": { ...count(6000), wrongText: "70000", with: UDP },
  "jaeger.maxPacketSize": { option: 1400, wrong: 999, with: UDP },
  "jaeger.username": { option: "u", wrong: "u:p", text: ["u", "u"], wrongText: "u:p" },
  "jaeger.password": { option: "", printed: "***", wrong: 7, text: ["p", "***"], with: { jaeger: { username: "u" } } },
  "jaeger.bearerToken": { option: "t", printed: "***", wrong: "t\n", text: ["t\n", "***"], wrongText: "a\nb" },
  "jaeger.timeoutMs": duration,
  "zipkin.endpoint": { ...url, with: ZIPKIN },
  "zipkin.timeoutMs": { ...duration, with: ZIPKIN },
  "otlp.protocol": { option: "grpc", wrong: "http", ...names("http/json"), with: { exporter: "otlp" } },
  "console.format": { option: "line", wrong: "xml", ...names("waterfall"), with: { exporter: "console" } },
  "console.scheduledDelayMillis": { option: 1, wrong: -1, with: { exporter: "console" } },
  disabled: flag(true),
  strict: { option: false, wrong: 0 },
  logLevel: { option: "debug", wrong: "loud", ...names("warn") },
  propagators: { option: ["b3", own2()], printed: ["b3", "[Object]"], wrong: ["b4"], ...names("b3") },
  passThrough: { option: ["end-user"], wrong: ["end user"], text: ["X-Tenant", ["x-tenant"]], wrongText: "x tenant" },
  propagateTo: { option: [/^a/, "b"], printed: ["/^a/", "b"], wrong: "b", text: ["mesh,*.x", ["mesh", "*.x"]] },
  trust: { option: "ignore", wrong: "maybe", ...names("restart") },
  "ignore.paths": {
    option: ["/status", "/internal/*"],
    wrong: ["status"],
    text: ["/status, /internal/*", ["/status", "/internal/*"]],
    wrongText: "status",
  },
  "ignore.hosts": { option: [/^a/, "b"], printed: ["/^a/", "b"], wrong: "b", text: ["a,*.x", ["a", "*.x"]] },
  "ignore.callsWithoutParent": flag(true),
  "log.loggers": {
    option: ["pino", "console"],
    wrong: "pino",
    text: ["PINO, winston", ["pino", "winston"]],
    wrongText: "log5js",
  },
  "log.fields": { option: "opentelemetry", wrong: "elastic", text: ["ECS", "ecs"], wrongText: "elastic" },
  tracerProvider: { option: own, printed: "[Own]", wrong: {} },
  "diagnostics.port": { option: 9464, wrong: 0, text: ["9464", 9464], wrongText: "http" },
  "diagnostics.host": { option: "0.0.0.0", wrong: " ", text: ["::1", "::1"] },
  "shutdown.signals": { option: ["SIGUSR2"], wrong: ["SIGKILL"] },
  "shutdown.timeoutMs": { ...duration, option: 0 },
};

function names(name: string): Pick<Sample, "text" | "wrongText"> {
  const isList = name === "console" || name === "b3";
  return { text: [name.toUpperCase(), isList ? [name] : name], wrongText: "nonsense" };
}

function own2(): object {
  return { inject() {}, extract() {}, fields: () => [] };
}

function options(name: string, value: unknown, others: TracingOptions = {}): TracingOptions {
  const [group = "", member] = name.split(".");
  if (member === undefined) return { ...others, [group]: value };
  return { ...others, [group]: { ...(others as Record<string, object>)[group], [member]: value } };
}

const ROWS = [...ENTRIES].map(([name, entry]) => [name, entry, SAMPLES[name] as Sample] as const);
const WITH_VARIABLES = ROWS.filter(([name, { variables }]) => variables.length > 0 && name !== "sampler");
const VARIABLES = WITH_VARIABLES.flatMap(([name, entry, sample]) =>
  entry.variables.map((variable) => [variable, name, entry, sample] as const),
);

test("every setting has a sample, and every sample a setting", () => {
  expect(Object.keys(SAMPLES).sort()).toEqual([...ENTRIES.keys()].sort());
});

describe("an option", () => {
  test.each(ROWS)("%s is in force and printed, without secrets", (name, _entry, sample) => {
    const { config, problems } = resolved(options(name, sample.option, sample.with));
    expect(problems).toEqual([]);
    expect(config.settings[name]).toEqual({ value: sample.printed ?? sample.option, source: "option" });
  });

  test.each(ROWS)("%s of another type is a problem that says what is allowed", (name, entry, sample) => {
    const { problems } = resolved(options(name, sample.wrong, sample.with));
    expect(problems).toMatchObject([{ name, allowed: entry.type.allowed }]);
    if (entry.secret) expect(problems[0]?.value).toBe("***");
  });

  test.each(ROWS)("%s that is undefined is not set", (name, _entry, sample) => {
    const { config, problems } = resolved(options(name, undefined, sample.with));
    expect(problems).toEqual([]);
    expect(config.settings[name]?.source).not.toBe("option");
  });
});

describe("a variable", () => {
  test.each(VARIABLES)("%s sets %s", (variable, name, _entry, sample) => {
    const [text, value] = sample.text as readonly [string, unknown];
    const { config, problems } = resolved(sample.with, { [variable]: text });
    expect(problems).toEqual([]);
    expect(config.settings[name]).toEqual({ value, source: variable });
  });

  const overridden = VARIABLES.filter(([, name]) => name !== "resourceAttributes");
  test.each(overridden)("%s is overridden by the option %s, malformed or not", (variable, name, _entry, sample) => {
    // Several settings may read the same variable.
    const isShared = VARIABLES.filter(([other]) => other === variable).length > 1;
    for (const text of [sample.text?.[0], isShared ? "1" : sample.wrongText]) {
      const { config, problems } = resolved(options(name, sample.option, sample.with), { [variable]: text ?? "" });
      expect(problems).toEqual([]);
      expect(config.settings[name]?.source).toBe("option");
    }
  });

  test.each(VARIABLES.filter(([, , , { wrongText }]) => wrongText !== undefined))(
    "%s with text that %s does not allow is a problem",
    (variable, _name, entry, sample) => {
      const { problems } = resolved(sample.with, { [variable]: sample.wrongText ?? "" });
      const allowed = variable === "JAEGER_TAGS" ? expect.any(String) : (entry.type.allowedText ?? entry.type.allowed);
      expect(problems).toEqual([{ name: variable, value: entry.secret ? "***" : sample.wrongText, allowed }]);
    },
  );

  test.each(VARIABLES)("%s that is blank does not set %s", (variable, name, _entry, sample) => {
    const { config, problems } = resolved(sample.with, { [variable]: " \t" });
    expect(problems).toEqual([]);
    expect(config.settings[name]?.source).not.toBe(variable);
  });

  test.each(WITH_VARIABLES.filter(([name, { variables }]) => variables.length > 1 && name !== "resourceAttributes"))(
    "the first that is set determines %s, and a malformed one behind it does not count",
    (name, { variables }, sample) => {
      const [first = "", second = ""] = variables;
      const text = sample.text?.[0] ?? "";
      const { config, problems } = resolved(sample.with, { [first]: text, [second]: sample.wrongText ?? text });
      // Other limits may read the second one.
      if (!name.startsWith("limits.")) expect(problems).toEqual([]);
      expect(config.settings[name]?.source).toBe(first);
    },
  );
});

test.each(ROWS)("%s has a default that its own type accepts", (_name, entry) => {
  if (entry.default !== undefined) expect(entry.type.accepts(entry.default)).toBe(true);
});
