/**
 * Types in both directions between us and both lines of OpenTelemetry's SDK; `tsc` checks these
 * lines.
 */
import type { TextMapPropagator } from "@opentelemetry/api";
import type { Resource as Resource2 } from "@opentelemetry/resources";
import type * as sdk3 from "@opentelemetry/sdk-trace";
import type * as sdk2 from "@opentelemetry/sdk-trace-node";
import { expectTypeOf, test } from "vitest";
import type { BatchProcessor } from "../../src/export/queue/batch-processor.js";
import type {
  ConsoleExporter,
  JaegerExporter,
  MeshPropagator,
  MeshSampler,
  TracingOptions,
  ZipkinExporter,
} from "../../src/index.js";
import type { Sampler } from "../../src/sampling/sampler.js";
import type { SharedSpanIdGenerator, shareSpans, splitShared } from "../../src/sdk.js";
import type { RandomIdGenerator } from "../../src/tracer/ids.js";
import type {
  IdGenerator,
  ReadableSpan,
  RecordingSpan,
  Resource,
  SpanExporter,
  SpanLimits,
  SpanProcessor,
  TimedEvent,
} from "../../src/tracer/readable-span.js";
import type { Span } from "../../src/tracer/span.js";

type Resource3 = NonNullable<sdk3.TracerProviderOptions["resource"]>;
type Exporters = ConsoleExporter | JaegerExporter | ZipkinExporter | ReturnType<typeof splitShared>;

test("what is ours is accepted by SDK 2.x", () => {
  expectTypeOf<Span>().toExtend<sdk2.Span>();
  expectTypeOf<Span>().toExtend<sdk2.ReadableSpan>();
  expectTypeOf<ReadableSpan>().toExtend<sdk2.ReadableSpan>();
  expectTypeOf<RecordingSpan>().toExtend<sdk2.Span>();
  expectTypeOf<TimedEvent>().toExtend<sdk2.TimedEvent>();
  expectTypeOf<SpanProcessor | BatchProcessor>().toExtend<sdk2.SpanProcessor>();
  expectTypeOf<SpanExporter | Exporters>().toExtend<sdk2.SpanExporter>();
  expectTypeOf<Sampler | MeshSampler>().toExtend<sdk2.Sampler>();
  expectTypeOf<IdGenerator | RandomIdGenerator | SharedSpanIdGenerator>().toExtend<sdk2.IdGenerator>();
  expectTypeOf<SpanLimits>().toExtend<sdk2.SpanLimits>();
  expectTypeOf<Resource>().toExtend<Resource2>();
  expectTypeOf<MeshPropagator>().toExtend<TextMapPropagator>();
});

test("what is ours is accepted by SDK 3.x", () => {
  expectTypeOf<Span>().toExtend<sdk3.Span>();
  expectTypeOf<Span>().toExtend<sdk3.ReadableSpan>();
  expectTypeOf<ReadableSpan>().toExtend<sdk3.ReadableSpan>();
  expectTypeOf<RecordingSpan>().toExtend<sdk3.Span>();
  expectTypeOf<TimedEvent>().toExtend<sdk3.TimedEvent>();
  expectTypeOf<SpanProcessor | BatchProcessor>().toExtend<sdk3.SpanProcessor>();
  expectTypeOf<SpanExporter | Exporters>().toExtend<sdk3.SpanExporter>();
  expectTypeOf<Sampler | MeshSampler>().toExtend<sdk3.Sampler>();
  expectTypeOf<IdGenerator | RandomIdGenerator | SharedSpanIdGenerator>().toExtend<sdk3.IdGenerator>();
  expectTypeOf<SpanLimits>().toExtend<sdk3.SpanLimits>();
  expectTypeOf<Resource>().toExtend<Resource3>();
});

test("what SDK 2.x makes is accepted by us", () => {
  expectTypeOf<sdk2.ReadableSpan>().toExtend<ReadableSpan>();
  expectTypeOf<sdk2.Span>().toExtend<RecordingSpan>();
  expectTypeOf<sdk2.TimedEvent>().toExtend<TimedEvent>();
  expectTypeOf<sdk2.SpanProcessor | sdk2.BatchSpanProcessor | sdk2.SimpleSpanProcessor>().toExtend<SpanProcessor>();
  expectTypeOf<sdk2.SpanExporter | sdk2.InMemorySpanExporter | sdk2.ConsoleSpanExporter>().toExtend<SpanExporter>();
  expectTypeOf<sdk2.Sampler | sdk2.TraceIdRatioBasedSampler | sdk2.ParentBasedSampler>().toExtend<Sampler>();
  expectTypeOf<sdk2.IdGenerator | sdk2.RandomIdGenerator>().toExtend<IdGenerator>();
  expectTypeOf<sdk2.SpanLimits>().toExtend<SpanLimits>();
  expectTypeOf<Resource2>().toExtend<Resource>();
});

test("what SDK 3.x makes is accepted by us", () => {
  expectTypeOf<sdk3.ReadableSpan>().toExtend<ReadableSpan>();
  expectTypeOf<sdk3.Span>().toExtend<RecordingSpan>();
  expectTypeOf<sdk3.TimedEvent>().toExtend<TimedEvent>();
  expectTypeOf<sdk3.SpanProcessor | sdk3.BatchSpanProcessor | sdk3.SimpleSpanProcessor>().toExtend<SpanProcessor>();
  expectTypeOf<sdk3.SpanExporter | sdk3.InMemorySpanExporter | sdk3.ConsoleSpanExporter>().toExtend<SpanExporter>();
  expectTypeOf<sdk3.Sampler | sdk3.TraceIdRatioBasedSampler | sdk3.ParentBasedSampler>().toExtend<Sampler>();
  expectTypeOf<sdk3.IdGenerator | sdk3.RandomIdGenerator>().toExtend<IdGenerator>();
  expectTypeOf<sdk3.SpanLimits>().toExtend<SpanLimits>();
  expectTypeOf<Resource3>().toExtend<Resource>();
});

test("options take the parts of both lines, and reject what is no such part", () => {
  type Provider = sdk2.NodeTracerProvider | sdk3.TracerProvider;
  expectTypeOf<Provider>().toExtend<NonNullable<TracingOptions["tracerProvider"]>>();
  expectTypeOf<Provider>().toExtend<Parameters<typeof shareSpans>[0]>();
  expectTypeOf<sdk2.BatchSpanProcessor | sdk3.BatchSpanProcessor>().toExtend<
    NonNullable<TracingOptions["spanProcessors"]>[number]
  >();
  expectTypeOf<sdk2.RandomIdGenerator | sdk3.RandomIdGenerator>().toExtend<
    NonNullable<TracingOptions["idGenerator"]>
  >();
  expectTypeOf<sdk2.Sampler | sdk3.Sampler>().toExtend<NonNullable<TracingOptions["sampler"]>>();
  expectTypeOf<sdk2.SpanExporter | sdk3.SpanExporter>().toExtend<NonNullable<TracingOptions["exporter"]>>();
  expectTypeOf<sdk2.BatchSpanProcessor>().not.toExtend<SpanExporter>();
  expectTypeOf<Span>().not.toExtend<SpanProcessor>();
});
