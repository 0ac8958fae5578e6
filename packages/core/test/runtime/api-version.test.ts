/** Two versions of OpenTelemetry's API in one process, meshtrace on either of them. */
import { expect, test } from "vitest";
import { builtPackage, run } from "../built-package.js";

const ON_OLD = builtPackage("api-1.9");
const ON_NEW = builtPackage();

/** Spans that a library makes through its own version of the API, in ESM and in CommonJS. */
const program = (own: string, other: string): string => `
import { createRequire } from "node:module";
import * as own from "${own}";
import * as esm from "${other}";
import { initTracing } from "./index.mjs";
const commonjs = createRequire(import.meta.url)("${other}");
const ended = [];
const exporter = { export: (spans, done) => { ended.push(...spans); done({ code: 0 }); }, shutdown: async () => {} };
const tracing = initTracing({ exporter, logLevel: "warn" });
for (const [name, api] of [["ESM", esm], ["CommonJS", commonjs]]) {
  api.trace.getTracer("a library").startActiveSpan(name, (outer) => {
    own.trace.getTracer("the app").startSpan("below " + name).end();
    outer.end();
  });
}
const meters = { getMeter: () => "a meter" };
own.metrics.setGlobalMeterProvider(meters);
const messages = [];
own.diag.setLogger({ ...console, warn: (text) => messages.push(text) }, { suppressOverrideMessage: true });
own.diag.warn("heard");
await tracing.shutdown();
const idOf = (name) => ended.find((span) => span.name === name)?.spanContext().spanId;
const parentOf = (name) => ended.find((span) => span.name === name)?.parentSpanContext?.spanId;
console.log(JSON.stringify({
  names: ended.map((span) => span.name).sort(),
  nested: ["ESM", "CommonJS"].every((name) => idOf(name) !== undefined && parentOf("below " + name) === idOf(name)),
  meter: own.metrics.getMeter("m"),
  logger: messages,
}));`;

test.each([
  ["1.9, a library with 1.10", ON_OLD, "api-1.9", "@opentelemetry/api"],
  ["1.10, a library with 1.9", ON_NEW, "@opentelemetry/api", "api-1.9"],
])(
  "meshtrace on API %s: spans of both, nested, and the app's own registrations work",
  async (_name, folder, own, other) => {
    const { out, err } = await run(folder, program(own, other)).ended;
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({
      names: ["CommonJS", "ESM", "below CommonJS", "below ESM"],
      nested: true,
      meter: "a meter",
      logger: ["heard"],
    });
  },
);

/** As `import` hoists: modules of the app take tracers, and set loggers and meters, before. */
const early = (load: string): string => `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { diag, metrics, trace } = ${load}("@opentelemetry/api");
const { initTracing } = ${load}("@meshtrace/core");
const tracer = trace.getTracer("taken before");
const silent = { error() {}, warn() {}, info() {}, debug() {}, verbose() {} };
const before = [metrics.setGlobalMeterProvider({ getMeter: () => "a meter" }), diag.setLogger(silent)];
const names = [];
const exporter = { export: (spans, done) => { names.push(...spans.map((span) => span.name)); done({ code: 0 }); }, shutdown: async () => {} };
const tracing = initTracing({ exporter });
tracer.startSpan("early").end();
trace.getTracer("taken after").startSpan("late").end();
await tracing.shutdown();
console.log(JSON.stringify({ before, names, meter: metrics.getMeter("m"), after: diag.setLogger(silent) }));`;

test.each([
  ["ESM", "await import"],
  ["CommonJS", "require"],
])("as published, %s: tracers that the app took before initTracing() make spans", async (_name, load) => {
  const { out, err } = await run(ON_NEW, early(load)).ended;
  expect(err).toBe("");
  expect(JSON.parse(out)).toEqual({ before: [true, true], names: ["early", "late"], meter: "a meter", after: true });
});
