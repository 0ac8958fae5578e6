/** What the compiler says of options; `tsc` checks these lines, and fails where an expected error is missing. */
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { expect, expectTypeOf, test } from "vitest";
import { OPTION_RULES } from "../src/config/option-rules.js";
import {
  type ExporterName,
  MeshPropagator,
  type Setting,
  type Tracing,
  type TracingOptions,
  type TracingReport,
} from "../src/index.js";

test("unknown names and wrong values are errors of type", () => {
  const options: readonly TracingOptions[] = [
    // @ts-expect-error: unknown
    { serviceNam: "hello" },
    // @ts-expect-error: unknown in a group
    { batch: { maxQueue: 1 } },
    // @ts-expect-error: not an exporter's name
    { exporter: "jeager" },
    // @ts-expect-error: text where yes or no is asked
    { disabled: "false" },
    // @ts-expect-error: neither names nor changes
    { passThrough: { ad: ["end-user"] } },
    // @ts-expect-error: no signal
    { shutdown: { signals: ["TERM"] } },
    // @ts-expect-error: half of a sampler
    { sampler: { jaegerRemote: {} } },
  ];
  expect(options).toHaveLength(7);
  // @ts-expect-error: not a format
  expect(new MeshPropagator({ propagators: ["b4"] }).fields()).toContain("traceparent");
});

test("what a user holds in hands", () => {
  expectTypeOf<TracingOptions["exporter"]>().toEqualTypeOf<
    ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[] | undefined
  >();
  expectTypeOf<Tracing["shutdown"]>().returns.resolves.toEqualTypeOf<TracingReport>();
  expectTypeOf<Tracing["config"]>().toEqualTypeOf<Readonly<Record<string, Setting>>>();
  expectTypeOf<Tracing>().toExtend<AsyncDisposable>();
});

test("every option of the type has a rule, and every rule an option", () => {
  const names: Record<keyof TracingOptions, true> = {
    serviceName: true,
    resourceAttributes: true,
    exporter: true,
    endpoint: true,
    headers: true,
    timeoutMs: true,
    compression: true,
    jaeger: true,
    zipkin: true,
    otlp: true,
    console: true,
    tls: true,
    onReport: true,
    sharedSpan: true,
    sampler: true,
    propagators: true,
    passThrough: true,
    propagateTo: true,
    debug: true,
    trust: true,
    batch: true,
    limits: true,
    shutdown: true,
    disabled: true,
    logLevel: true,
    strict: true,
  };
  const ruled = new Set([...OPTION_RULES.keys()].map((name) => name.replace(/\..*/, "")));
  expect([...ruled].sort()).toEqual(Object.keys(names).sort());
});
