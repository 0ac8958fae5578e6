/**
 * What the compiler says of options; `tsc` checks these lines, and fails where an expected error is
 * missing.
 */
import type { TextMapPropagator, TracerProvider } from "@opentelemetry/api";
import { expect, expectTypeOf, test } from "vitest";
import type { ResolvedConfig } from "../src/config/resolved-config.js";
import { SCHEMA } from "../src/config/schema.js";
import { type OptionsOf, setting } from "../src/config/setting.js";
import { flag } from "../src/config/value-types.js";
import {
  type ExporterName,
  type IdGenerator,
  MeshPropagator,
  type PropagatorName,
  type Setting,
  type SpanExporter,
  type SpanProcessor,
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
    // @ts-expect-error: misspelt in a group that can be switched off
    { shutdown: { timeout: 1 } },
    // @ts-expect-error: false switches off shutdown only
    { batch: false },
    // @ts-expect-error: the variable, not the option
    { OTEL_SERVICE_NAME: "hello" },
    // @ts-expect-error: half of a processor
    { spanProcessors: [{ onStart() {}, onEnd() {} }] },
    // @ts-expect-error: neither a name nor a propagator
    { propagators: ["b3", { inject() {} }] },
    // @ts-expect-error: an earlier name
    { onReport: () => {} },
    // @ts-expect-error: no name of an exporter in a list
    { exporter: ["jaeger", "zipkn"] },
  ];
  expect(options).toHaveLength(14);
  // @ts-expect-error: not a format
  expect(new MeshPropagator({ propagators: ["b4"] }).fields()).toContain("x-request-id");
});

test("what a user holds in hands", () => {
  expectTypeOf<TracingOptions["exporter"]>().toEqualTypeOf<
    ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[] | undefined
  >();
  expectTypeOf<Tracing["shutdown"]>().returns.resolves.toEqualTypeOf<TracingReport>();
  expectTypeOf<Tracing["config"]>().toEqualTypeOf<Readonly<Record<string, Setting>>>();
  expectTypeOf<Tracing>().toExtend<AsyncDisposable>();
});

test("options accept undefined, which a variable of the process may be", () => {
  const name: string | undefined = undefined;
  const options: TracingOptions = { serviceName: name, batch: { maxQueueSize: undefined }, jaeger: undefined };
  expect(options.serviceName).toBeUndefined();
});

test("the types of options follow from the schema", () => {
  expectTypeOf<TracingOptions>().toEqualTypeOf<OptionsOf<typeof SCHEMA>>();
  expectTypeOf<keyof TracingOptions>().toEqualTypeOf<keyof typeof SCHEMA>();
  expectTypeOf<TracingOptions["propagators"]>().toEqualTypeOf<
    TextMapPropagator | readonly (PropagatorName | TextMapPropagator)[] | undefined
  >();
  expectTypeOf<TracingOptions["spanProcessors"]>().toEqualTypeOf<readonly SpanProcessor[] | undefined>();
  expectTypeOf<TracingOptions["idGenerator"]>().toEqualTypeOf<IdGenerator | undefined>();
  expectTypeOf<TracingOptions["tracerProvider"]>().toEqualTypeOf<TracerProvider | undefined>();
  expectTypeOf<NonNullable<TracingOptions["batch"]>["maxExportBatchBytes"]>().toEqualTypeOf<number | undefined>();
});

test("a value that is always set is never undefined in the resolved config", () => {
  expectTypeOf<ResolvedConfig["sharedSpan"]>().toEqualTypeOf<boolean>();
  expectTypeOf<ResolvedConfig["limits"]["linkCountLimit"]>().toEqualTypeOf<number>();
  expectTypeOf<ResolvedConfig["idGenerator"]>().toEqualTypeOf<IdGenerator | undefined>();
  expectTypeOf<ResolvedConfig["passThrough"]>().toEqualTypeOf<readonly string[]>();
});

test("a new entry is a new option", () => {
  const extended = { ...SCHEMA, group: { isNew: setting(flag, { default: true }) } };
  const options: OptionsOf<typeof extended> = { group: { isNew: false }, trust: "ignore" };
  // @ts-expect-error: a default has the type of its setting
  expect(setting(flag, { default: "yes" }).default).toBe("yes");
  expectTypeOf(options.group).toEqualTypeOf<{ readonly isNew?: boolean | undefined } | undefined>();
});
