/**
 * initTracing() in processes of their own: the console, two builds, and other copies of
 * OpenTelemetry's API.
 */
import { cpSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { builtPackage, run } from "./built-package.js";

const folder = builtPackage();
const NO_EXPORT = { OTEL_TRACES_EXPORTER: "none" };

/**
 * Copies API 1.9 into the folder, with `version` in place of its own where one is given. Returns
 * its path to import.
 */
function copyOfApi(name: string, version?: string): string {
  const original = join(dirname(createRequire(import.meta.url).resolve("api-1.9")), "../..");
  const copy = join(folder, name);
  cpSync(realpathSync(original), copy, { recursive: true });
  if (version !== undefined) {
    const file = join(copy, "build/src/version.js");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/VERSION = '[^']+'/, `VERSION = '${version}'`));
    expect(readFileSync(file, "utf8")).toContain(`VERSION = '${version}'`);
  }
  return `./${name}/build/src/index.js`;
}

test("without a logger of the app's, standard error is logged to, at the level of OTEL_LOG_LEVEL", async () => {
  const code = `
import { diag } from "@opentelemetry/api";
import { initTracing } from "./index.mjs";
initTracing();
diag.warn("a warning");
diag.info("an information");`;
  const { out, err } = await run(folder, code, NO_EXPORT).ended;
  expect(out).toBe("");
  expect(err).toMatch(/^meshtrace: spans of child go to no exporter; [^\n]*\na warning\nan information\n$/);
  const quiet = { ...NO_EXPORT, OTEL_LOG_LEVEL: "WARN" };
  expect(await run(folder, code, quiet).ended).toMatchObject({ out: "", err: "a warning\n" });
});

test("a mistake is one readable error, and the process does not start", async () => {
  const code = 'import { initTracing } from "./index.mjs"; initTracing(); console.log("started");';
  const { end, out, err } = await run(folder, code, { OTEL_TRACES_EXPORTER: "jeager", OTEL_PROPAGATORS: "b4" }).ended;
  expect({ end, out }).toEqual({ end: 1, out: "" });
  expect(err).toContain(
    "TracingConfigError: OTEL_TRACES_EXPORTER=jeager: unknown exporter; one of jaeger, zipkin, otlp, console, none\n" +
      "OTEL_PROPAGATORS=b4: unknown propagator; one of b3, b3multi, tracecontext, baggage, none",
  );
});

test("ESM and CommonJS in one process share one tracing, its contexts and its marks", async () => {
  const code = `
import { createRequire } from "node:module";
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import * as index from "./index.mjs";
import * as adapter from "./adapter.mjs";
const require = createRequire(import.meta.url);
const esm = { ...index, ...adapter };
const cjs = { ...require("./index.cjs"), ...require("./adapter.cjs") };
const first = cjs.initTracing();
const ids = { "x-b3-traceid": "80f198ee56343ba864fe8b2a57d3eff7", "x-b3-spanid": "e457b5a2e4d86bd1", "x-b3-sampled": "1" };
const incoming = new cjs.MeshPropagator().extract(ROOT_CONTEXT, { ...ids, "x-request-id": "r-1" });
const span = esm.startServerSpan(first.tracer, "GET", {}, incoming);
const exported = [];
esm.splitShared({ export: (spans) => exported.push(...spans), shutdown: async () => {} }).export([span], () => {});
console.log(JSON.stringify({
  differentCode: cjs.MeshPropagator !== esm.MeshPropagator,
  handle: esm.initTracing() === first,
  adapters: esm.adapterTracing() === cjs.adapterTracing(),
  requestId: esm.requestId(incoming),
  joined: span.spanContext().spanId,
  forwarded: esm.forwardHeaders(trace.setSpan(incoming, span)),
  split: exported[0].spanContext().spanId !== ids["x-b3-spanid"] && exported[0].parentSpanContext.spanId,
}));`;
  const { out, err } = await run(folder, code, NO_EXPORT).ended;
  expect(JSON.parse(out)).toEqual({
    differentCode: true,
    handle: true,
    adapters: true,
    requestId: "r-1",
    joined: "e457b5a2e4d86bd1",
    forwarded: {
      "x-b3-traceid": "80f198ee56343ba864fe8b2a57d3eff7",
      "x-b3-spanid": "e457b5a2e4d86bd1",
      "x-b3-sampled": "1",
      "x-request-id": "r-1",
    },
    split: "e457b5a2e4d86bd1",
  });
  expect(err).toContain("initTracing() was called before");
});

test("the SDK does not call a sampler invalid that we take", async () => {
  const code = `
import { initTracing } from "./index.mjs";
const { config } = initTracing({ logLevel: "error" });
console.log(JSON.stringify([config.sampler.value, process.env.OTEL_TRACES_SAMPLER]));`;
  const remote = { OTEL_TRACES_SAMPLER: "jaeger_remote", OTEL_TRACES_SAMPLER_ARG: "endpoint=http://127.0.0.1:9" };
  const { out, err } = await run(folder, code, { ...NO_EXPORT, ...remote }).ended;
  const jaegerRemote = { endpoint: "http://127.0.0.1:9", pollingIntervalMs: 60_000, initialRatio: 0.001 };
  expect(JSON.parse(out)).toEqual([{ jaegerRemote }, "jaeger_remote"]);
  expect(err).toBe("");
});

/** Registers everything that another tracing library would, and then starts ours. */
const second = (api: string): string => `
import * as theirs from "${api}";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import * as api from "@opentelemetry/api";
import { adapterTracing } from "./adapter.mjs";
import { initTracing } from "./index.mjs";
theirs.trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: () => theirs.trace.wrapSpanContext(theirs.INVALID_SPAN_CONTEXT) }) });
theirs.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
theirs.propagation.setGlobalPropagator({ inject() {}, extract: (context) => context, fields: () => [] });
theirs.diag.setLogger({ error() {}, warn() {}, info() {}, debug() {}, verbose() {} });
const names = [];
const exporter = { export: (spans, done) => { names.push(...spans.map((span) => span.name)); done({ code: 0 }); }, shutdown: async () => {} };
const tracing = initTracing({ exporter });
const incoming = tracing.propagator.extract(api.ROOT_CONTEXT, { b3: "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1" });
const span = tracing.tracer.startSpan("ours", { kind: 1 }, incoming);
const { contexts } = adapterTracing();
const kept = await contexts.with(api.trace.setSpan(incoming, span), async () => {
  await null;
  return api.trace.getSpan(contexts.active()) === span;
});
span.end();
api.trace.getTracer("theirs").startSpan("theirs").end();
await tracing.shutdown();
console.log(JSON.stringify({ names, kept }));`;

test.each([
  ["the same version", undefined],
  ["a newer one, whose registry ours cannot use", "1.10.0"],
])(
  "another copy of the API, of %s, was there first: said loudly, and our own spans are made, kept and exported",
  async (name, version) => {
    const api = copyOfApi(`api-${name.length}`, version);
    const { out, err } = await run(folder, second(api)).ended;
    expect(err).toContain("meshtrace: another tracing library, or another version of @opentelemetry/api");
    expect(err).toContain("its tracer provider, context manager, propagator stays in force");
    expect(err.match(/meshtrace: another tracing library/g)).toHaveLength(1);
    expect(JSON.parse(out)).toEqual({ names: ["ours"], kept: true });
  },
);
