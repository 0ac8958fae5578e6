/** The processor in front of our own exporters, which take encoded spans. */
import type { Span } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { JaegerExporter } from "../../../src/export/jaeger/jaeger-exporter.js";
import { BatchProcessor } from "../../../src/export/queue/batch-processor.js";
import type { BatchProcessorOptions } from "../../../src/export/queue/batch-processor-options.js";
import type { SpanLoss } from "../../../src/export/report/loss-log.js";
import { DeliveryReport } from "../../../src/export/report/span-report.js";
import { ZipkinEncoder } from "../../../src/export/zipkin/zipkin-encoder.js";
import { ZipkinExporter } from "../../../src/export/zipkin/zipkin-exporter.js";
import { localSampler } from "../../../src/sampling/mesh-sampler.js";
import type { ReadableSpan, SpanExporter } from "../../../src/tracer/readable-span.js";
import { TracerProvider } from "../../../src/tracer/tracer-provider.js";
import { type Behaviour, collector } from "../../kit/collector.js";
import { decodeBatch } from "../../kit/jaeger-thrift.js";
import { encodeWith } from "../encode.js";
import { span, spans, unreadable } from "../spans.js";
import { decodeSpans } from "../zipkin/zipkin-schema.js";

const BACKENDS = {
  Zipkin: {
    exporterTo: (url: string): SpanExporter => new ZipkinExporter({ url, deadlineMs: 100 }),
    names: (body: Buffer) => decodeSpans(body).map(({ name }) => name as string),
  },
  Jaeger: {
    exporterTo: (endpoint: string): SpanExporter => new JaegerExporter({ endpoint, deadlineMs: 100 }),
    names: (body: Buffer) => decodeBatch(body).spans.map(({ operationName }) => operationName),
  },
};

async function setUp(
  { exporterTo, names } = BACKENDS.Zipkin,
  options: Partial<BatchProcessorOptions> = {},
  behaviour: Behaviour | readonly Behaviour[] = 202,
) {
  const { origin, requests } = await collector(behaviour);
  const report = new DeliveryReport();
  const losses: SpanLoss[] = [];
  const onLoss = (loss: SpanLoss): number => losses.push(loss);
  const processor = new BatchProcessor({ exporter: exporterTo(origin), name: "ours", report, onLoss, ...options });
  onTestFinished(() => processor.shutdown());
  const end = (...ended: readonly ReadableSpan[]): void => {
    for (const one of ended) processor.onEnd(one);
  };
  const arrived = (): string[] => requests.flatMap(({ body }) => names(body));
  return { processor, report, losses, end, requests, arrived };
}

const numbered = (count: number): ReadableSpan[] => spans(count, (index) => ({ name: `span ${index}` }));

test.each(Object.entries(BACKENDS))("%s: every span arrives once, in order, in batches", async (_name, backend) => {
  const { processor, report, end, requests, arrived } = await setUp(backend, { maxExportBatchSize: 100 });
  end(...numbered(250));
  await processor.forceFlush();
  expect(requests.map(({ body }) => backend.names(body).length)).toEqual([100, 100, 50]);
  expect(new Set(arrived()).size).toBe(250);
  expect(report.snapshot()).toMatchObject({ ended: 250, exported: 250, queued: 0 });
});

test.each(Object.entries(BACKENDS))("%s: a span is what it was when it ended", async (_name, backend) => {
  const { processor, end, arrived } = await setUp(backend);
  const ended = { ...span({ name: "as it ended" }) };
  end(ended);
  Object.assign(ended, { name: "changed later" });
  await processor.forceFlush();
  expect(arrived()).toEqual(["as it ended"]);
});

test("few span objects wait", async () => {
  const { report, processor } = await setUp();
  const provider = new TracerProvider({ resource: {}, sampler: localSampler(), processors: [processor] });
  const tracer = provider.getTracer("test");
  // In a function of its own: a frame keeps the last value of its variables.
  const endOne = (): WeakRef<Span> => {
    const one = tracer.startSpan("one");
    one.end();
    return new WeakRef(one);
  };
  const references = Array.from({ length: 100 }, endOne);
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  await expect
    .poll(() => {
      collectGarbage();
      return references.filter((reference) => reference.deref() !== undefined).length;
    })
    .toBeLessThan(16);
  expect(report.snapshot().queued).toBe(100);
});

test.each(Object.entries(BACKENDS))("%s: a batch is closed before it exceeds its bytes", async (_name, backend) => {
  const { processor, end, requests } = await setUp(backend, { maxExportBatchBytes: 10_000 });
  const sized = (name: string, size: number) => span({ name, attributes: { text: "x".repeat(size) } });
  end(sized("a", 4000), sized("b", 4000), sized("c", 4000), sized("d", 20_000), sized("e", 1));
  await processor.forceFlush();
  expect(requests.map(({ body }) => backend.names(body)).sort()).toEqual([["a", "b"], ["c"], ["d"], ["e"]]);
});

test("a large span does not wait for others", async () => {
  const { end, requests } = await setUp(BACKENDS.Zipkin, { maxExportBatchBytes: 50_000 });
  end(span({ name: "large", attributes: { text: "x".repeat(70_000) } }));
  await expect.poll(() => requests.length).toBe(1);
});

test("bytes that wait are counted exactly", async () => {
  const one = span({ name: "same" });
  const bytes = encodeWith(new ZipkinEncoder())([one]).batch.bytes;
  const { report, losses, end, processor } = await setUp(BACKENDS.Zipkin, { maxQueueBytes: 5 * bytes });
  end(one, one, one, one, one, one);
  expect(report.snapshot()).toMatchObject({ ended: 6, queued: 5, dropped: 1 });
  await processor.shutdown();
  expect(losses[0]?.reasons[0]?.reason).toMatch(/^more than \d+ bytes wait; .* or raise maxQueueBytes$/);
});

test("a span that cannot be encoded is dropped with its reason", async () => {
  const { processor, report, losses, end, arrived } = await setUp();
  const hostile = { spanContext: () => JSON.parse("no span context") } as unknown as ReadableSpan;
  end(span({ name: "before" }), unreadable(), hostile, undefined as never, span({ name: "after" }));
  expect(report.snapshot()).toMatchObject({ ended: 5, dropped: 3, queued: 2 });
  await processor.shutdown();
  expect(arrived()).toEqual(["before", "after"]);
  const reasons = losses.flatMap((loss) => loss.reasons.map(({ reason }) => reason));
  expect(reasons).toContain("a span could not be encoded: broken span");
  expect(reasons).toHaveLength(3);
});

test("a process with many attributes has a message of its own copy", async () => {
  const attributes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key.${index}`, "x".repeat(100)]));
  const resource = resourceFromAttributes({ "service.name": "large", ...attributes });
  const { processor, end, arrived } = await setUp(BACKENDS.Jaeger);
  end(span({ name: "one", resource }), span({ name: "two", resource }));
  await processor.forceFlush();
  expect(arrived()).toEqual(["one", "two"]);
});

test("spans of two resources leave for Jaeger in two batches, for Zipkin in one", async () => {
  const resource = resourceFromAttributes({ "service.name": "other" });
  for (const [backend, messages] of [
    [BACKENDS.Jaeger, 2],
    [BACKENDS.Zipkin, 1],
  ] as const) {
    const { processor, end, requests, arrived } = await setUp(backend);
    end(span({ name: "a" }), span({ name: "b" }), span({ name: "c", resource }));
    await processor.forceFlush();
    expect(arrived().sort()).toEqual(["a", "b", "c"]);
    expect(requests).toHaveLength(messages);
  }
});

test("a refused span is found in a batch that was encoded long before", async () => {
  const strict: Behaviour = (_request, response, { body }) =>
    response.writeHead(body.includes("span 37") ? 400 : 202).end();
  const { processor, report, end } = await setUp(BACKENDS.Zipkin, {}, strict);
  end(...numbered(100));
  await processor.forceFlush();
  expect(report.snapshot()).toMatchObject({ exported: 99, failed: 1 });
});

test("in an environment whose timers return numbers, spans end and leave", async () => {
  for (const name of ["setTimeout", "setImmediate", "clearTimeout"]) vi.stubGlobal(name, () => 1);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { origin, requests } = await collector([503, 202]);
  const report = new DeliveryReport();
  const exporter = new ZipkinExporter({ url: origin });
  const processor = new BatchProcessor({ exporter, name: "ours", report, scheduledDelayMillis: 5 });
  processor.onEnd(span());
  vi.unstubAllGlobals();
  await expect.poll(() => report.snapshot().exported).toBe(1);
  expect(requests).toHaveLength(2);
});

test("ended = exported + failed + dropped + queued at every moment, whatever ends and however it is answered", async () => {
  const ended = fc.constantFrom("good", "bad", "large");
  await fc.assert(
    fc.asyncProperty(
      fc.array(ended, { maxLength: 30 }),
      fc.array(fc.constantFrom(202, 400, 413, 404), { minLength: 1, maxLength: 5 }),
      async (kinds, answers) => {
        const limits = { maxQueueSize: 20, maxExportBatchSize: 4, maxExportBatchBytes: 3000, maxQueueBytes: 9000 };
        const { processor, report, end } = await setUp(BACKENDS.Jaeger, limits, answers);
        const check = (): void => {
          const { ended: all, exported, failed, dropped, queued } = report.snapshot();
          expect(exported + failed + dropped + queued).toBe(all);
        };
        for (const kind of kinds) {
          end(kind === "bad" ? unreadable() : span(kind === "large" ? { name: "x".repeat(2000) } : {}));
          check();
        }
        expect(report.snapshot().ended).toBe(kinds.length);
        await processor.shutdown();
        check();
        expect(report.snapshot().queued).toBe(0);
      },
    ),
    { numRuns: 50 },
  );
});
