import { context, diag } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Batch } from "../../../src/export/queue/batch.js";
import { BatchProcessor } from "../../../src/export/queue/batch-processor.js";
import type { BatchProcessorOptions } from "../../../src/export/queue/batch-processor-options.js";
import { SpanBatch } from "../../../src/export/queue/span-batch.js";
import type { SpanLoss } from "../../../src/export/report/loss-log.js";
import { DeliveryReport } from "../../../src/export/report/span-report.js";
import { NEW_BATCH } from "../../../src/process-wide.js";
import { span, spans } from "../spans.js";

// The processor takes Node's own timers when it loads. Here they are the global ones, which a test
// may replace.
vi.mock("../../../src/export/clock.js", () => ({
  setTimeout: (...parameters: Parameters<typeof setTimeout>) => setTimeout(...parameters),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
  setImmediate: (callback: () => void) => setImmediate(callback),
  now: () => performance.now(),
}));

type Done = Parameters<SpanExporter["export"]>[1];

/** An exporter that answers when the test says so. */
class HeldExporter implements SpanExporter {
  readonly batches: ReadableSpan[][] = [];
  readonly answers: Done[] = [];
  concurrentExports = 1;
  shutdowns = 0;
  export(batch: ReadableSpan[], done: Done): void {
    this.batches.push(batch);
    this.answers.push(done);
  }
  async shutdown(): Promise<void> {
    this.shutdowns += 1;
  }
}

function setUp(options: Partial<BatchProcessorOptions> = {}, exporter = new HeldExporter()) {
  const report = new DeliveryReport();
  const losses: SpanLoss[] = [];
  const onLoss = (loss: SpanLoss): number => losses.push(loss);
  const processor = new BatchProcessor({ exporter, name: "held", report, onLoss, ...options });
  const end = (count: number, parts = {}): void => {
    for (const one of spans(count, () => parts)) {
      processor.onStart();
      processor.onEnd(one);
    }
  };
  return { exporter, report, losses, processor, end };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("when a batch goes", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("a full one at once, but not in the span's own tick", async () => {
    const { exporter, end } = setUp({ maxExportBatchSize: 3 });
    end(3);
    expect(exporter.batches).toHaveLength(0);
    await turn();
    expect(exporter.batches.map((batch) => batch.length)).toEqual([3]);
  });

  test("any after the delay, and the timer is set again for what comes later", async () => {
    const { exporter, end } = setUp({ scheduledDelayMillis: 100 });
    end(2);
    await turn();
    vi.advanceTimersByTime(99);
    expect(exporter.batches).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(exporter.batches.map((batch) => batch.length)).toEqual([2]);
    exporter.answers[0]?.({ code: 0 });
    end(1);
    vi.advanceTimersByTime(100);
    expect(exporter.batches.map((batch) => batch.length)).toEqual([2, 1]);
  });

  test("spans behind a slow export are sent when its answer arrives", async () => {
    const { exporter, end } = setUp({ maxExportBatchSize: 2 });
    end(5);
    await turn();
    expect(exporter.batches).toHaveLength(1);
    exporter.answers[0]?.({ code: 0 });
    await turn();
    expect(exporter.batches.map((batch) => batch.length)).toEqual([2, 2]);
  });

  test("a full one by its bytes; a span larger than a batch goes alone", async () => {
    const { exporter, end } = setUp({ maxExportBatchBytes: 10_000 });
    exporter.concurrentExports = 9;
    end(3, { attributes: { text: "x".repeat(4000) } });
    end(1, { attributes: { text: "x".repeat(20_000) } });
    await turn();
    expect(exporter.batches.map((batch) => batch.length)).toEqual([2, 1, 1]);
  });

  test("as many at once as the exporter takes", async () => {
    const { exporter, end } = setUp({ maxExportBatchSize: 2 });
    exporter.concurrentExports = 3;
    end(20);
    await turn();
    expect(exporter.batches).toHaveLength(3);
  });
});

test("an unsampled span is none", () => {
  const { processor, report } = setUp();
  processor.onEnd(span({ context: { traceFlags: 0 } }));
  expect(report.snapshot().ended).toBe(0);
});

test.each([
  ["spans", { maxQueueSize: 10 }, {}],
  ["bytes", { maxQueueBytes: 11_000 }, { attributes: { text: "x".repeat(800) } }],
])("the queue is bounded by %s, and the loss told in words", async (_unit, bound, parts) => {
  const { end, exporter, report, losses, processor } = setUp({ ...bound, scheduledDelayMillis: 60_000 });
  end(25, parts);
  expect(report.snapshot()).toMatchObject({ ended: 25, queued: 10, dropped: 15 });
  const ending = processor.shutdown();
  await expect.poll(() => exporter.answers.length).toBe(1);
  exporter.answers[0]?.({ code: 0 });
  await ending;
  expect(report.snapshot()).toMatchObject({ exported: 10, queued: 0, dropped: 15 });
  expect(losses).toMatchObject([{ exporter: "held", lost: 15, reasons: [{ spans: 15 }] }]);
  expect(losses[0]?.reasons[0]?.reason).toMatch(/wait; the collector is slow or away, or raise maxQueue/);
});

test.each<[string, object]>([
  ["a number as its name", { name: 404 }],
  ["a symbol as its name", { name: Symbol("s") }],
  ["events without a name", { events: [{ attributes: {} }, undefined] }],
  ["attributes that throw", { attributes: new Proxy({}, { ownKeys: () => JSON.parse("no JSON") }) }],
])("a span with %s does not end the byte limit", (_name, parts) => {
  const { end, report } = setUp({ maxQueueBytes: 11_000, scheduledDelayMillis: 60_000 });
  end(1, parts);
  end(25, { attributes: { text: "x".repeat(800) } });
  expect(report.snapshot()).toMatchObject({ ended: 26, queued: 11, dropped: 15 });
});

test("an exporter that changes its batch, and one that throws at its end, change no count", async () => {
  const { end, exporter, report, processor } = setUp();
  exporter.export = (batch, done) => {
    batch.splice(0);
    done({ code: 0 });
  };
  exporter.shutdown = () => {
    throw new Error("thrown");
  };
  end(3);
  await processor.shutdown();
  expect(report.snapshot()).toMatchObject({ exported: 3, queued: 0 });
});

test("losses are logged once in an interval, together, the most frequent reason first", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const { end, exporter, losses } = setUp({ maxExportBatchSize: 2, maxQueueSize: 4, lossReportMillis: 60_000 });
  end(7);
  await turn();
  exporter.answers[0]?.({ code: 1, error: new Error("404 from there") });
  expect(losses).toEqual([]);
  vi.advanceTimersByTime(1000);
  const full = "more than 4 spans wait; the collector is slow or away, or raise maxQueueSize";
  expect(losses).toEqual([
    {
      exporter: "held",
      lost: 5,
      reasons: [
        { reason: full, spans: 3 },
        { reason: "404 from there", spans: 2 },
      ],
    },
  ]);
  await turn();
  exporter.answers[1]?.({ code: 1, error: new Error("404 from there") });
  vi.advanceTimersByTime(59_000);
  expect(losses).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  expect(losses.map(({ lost }) => lost)).toEqual([5, 2]);
  vi.useRealTimers();
});

test("a reason that is never the same fills no memory", async () => {
  const { end, exporter, losses, processor } = setUp({ maxExportBatchSize: 1 });
  let count = 0;
  exporter.export = (_batch, done) => done({ code: 1, error: new Error(`reason ${count++}`) });
  end(100);
  await processor.forceFlush();
  expect(losses[0]?.reasons).toHaveLength(11);
  expect(losses[0]?.lost).toBe(100);
  expect(losses[0]?.reasons[0]).toEqual({ reason: "others", spans: 90 });
  expect(count).toBe(100);
});

test("a flush waits for what has ended so far, and not for what ends meanwhile", async () => {
  const { end, exporter, processor } = setUp({ maxExportBatchSize: 2 });
  end(3);
  let flushed = false;
  const flushing = processor.forceFlush().then(() => {
    flushed = true;
  });
  end(4);
  for (let answer = 0; answer < 2; answer += 1) {
    expect(flushed).toBe(false);
    await expect.poll(() => exporter.answers.length).toBe(answer + 1);
    exporter.answers[answer]?.({ code: 0 });
  }
  await flushing;
  expect(exporter.batches.length).toBeLessThan(4);
});

test("shutdown exports waiting spans, refuses later ones, and ends the exporter once", async () => {
  const { end, exporter, report, processor } = setUp();
  exporter.export = (_batch, done) => done({ code: 0 });
  end(3);
  await Promise.all([processor.shutdown(), processor.shutdown()]);
  end(2);
  expect(report.snapshot()).toMatchObject({ exported: 3, dropped: 2, queued: 0 });
  expect(exporter.shutdowns).toBe(1);
});

test("what a shutdown gives up is counted at once, and a late answer changes nothing", async () => {
  const { end, exporter, report, processor } = setUp({ maxExportBatchSize: 2 });
  end(5);
  const ending = processor.shutdown();
  await turn();
  processor.abandon();
  expect(report.snapshot()).toMatchObject({ ended: 5, exported: 0, failed: 5, queued: 0 });
  await ending;
  exporter.answers[0]?.({ code: 0 });
  expect(report.snapshot()).toMatchObject({ exported: 0, failed: 5 });
});

test("spans are not traced while they are exported", async () => {
  const { end, exporter, processor } = setUp();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  let suppressed = false;
  exporter.export = (_batch, done) => {
    suppressed = isTracingSuppressed(context.active());
    done({ code: 0 });
  };
  end(1);
  await processor.forceFlush();
  expect(suppressed).toBe(true);
});

describe("the books", () => {
  const answer = fc.oneof(
    fc.constant((done: Done) => done({ code: 0 })),
    fc.constant((done: Done) => done({ code: 1, error: new Error("no") })),
    fc.constant((done: Done) => done({ code: 1 })),
    fc.constant((done: Done) => {
      done({ code: 0 });
      done({ code: 1 });
    }),
    fc.integer({ min: -1, max: 9 }).map((failed) => (done: Done) => {
      done({ code: 1, error: Object.assign(new Error("some"), { failed }) });
    }),
    fc.constant(() => {
      throw new Error("thrown");
    }),
    fc.constant("later" as const),
  );
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ end: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 2, arbitrary: fc.constant("turn" as const) },
    { weight: 2, arbitrary: fc.constant("answer" as const) },
    { weight: 1, arbitrary: fc.constant("flush" as const) },
    { weight: 1, arbitrary: fc.constant("abandon" as const) },
  );

  test("ended = exported + failed + dropped + queued, whatever the exporter does, at every moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(answer, { minLength: 1 }),
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (answers, steps, concurrentExports) => {
          const exporter = new HeldExporter();
          exporter.concurrentExports = concurrentExports;
          const held: Done[] = [];
          let calls = 0;
          const { end, report, processor } = setUp({ maxQueueSize: 12, maxExportBatchSize: 5 }, exporter);
          let ended = 0;
          const check = (): void => {
            const books = report.snapshot();
            expect(books.ended).toBe(ended);
            expect(books.exported + books.failed + books.dropped + books.queued).toBe(ended);
            for (const count of Object.values(books)) expect(count).toBeGreaterThanOrEqual(0);
          };
          exporter.export = (_batch, done) => {
            check();
            const how = answers[calls++ % answers.length];
            if (typeof how === "function") how(done);
            else held.push(done);
            check();
          };
          for (const one of steps) {
            if (typeof one === "object") {
              ended += one.end;
              end(one.end);
            } else if (one === "turn") await turn();
            else if (one === "answer") held.shift()?.({ code: 0 });
            else if (one === "flush") void processor.forceFlush();
            else processor.abandon();
            if (typeof one !== "object") check();
          }
          processor.abandon();
          check();
          expect(report.snapshot().queued).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("an export in trouble", () => {
  const AWAY = "http://collector: ECONNREFUSED";

  /** A batch of our own exporters reports each attempt. */
  class RetryingExporter extends HeldExporter {
    readonly failedAttempts: ((reason: string) => void)[] = [];
    [NEW_BATCH](): Batch {
      const batch = new SpanBatch(this);
      const exportSpans = batch.export.bind(batch);
      batch.export = (done: Done, onFailedAttempt?: (reason: string) => void) => {
        this.failedAttempts.push(onFailedAttempt ?? (() => {}));
        exportSpans(done);
      };
      return batch;
    }
  }

  function failing(options: Partial<BatchProcessorOptions> = {}) {
    const logged: string[] = [];
    // Processors of other tests may still report their losses.
    const log = (message: string): void => {
      if (/ wait for | reach /.test(message)) logged.push(message);
    };
    diag.setLogger({ error: log, warn: log, info: log, debug() {}, verbose() {} });
    logged.length = 0;
    onTestFinished(() => diag.disable());
    const parts = setUp({ maxExportBatchSize: 2, destination: "http://collector", ...options }, new RetryingExporter());
    return { ...parts, exporter: parts.exporter as RetryingExporter, logged };
  }

  test("the first failed attempt is logged at once, while the spans wait", async () => {
    const { end, exporter, logged, report } = failing();
    end(3);
    await turn();
    exporter.failedAttempts[0]?.(AWAY);
    expect(logged).toEqual([`meshtrace: 3 spans wait for held: ${AWAY}`]);
    expect(report.snapshot()).toMatchObject({ queued: 3, failed: 0 });
    exporter.answers[0]?.({ code: 0 });
    await turn();
    expect(logged.slice(1)).toEqual(["meshtrace: spans reach held again"]);
  });

  test("an export without an answer is logged after 4 seconds, and not one with an answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { end, exporter, logged } = failing();
    exporter.concurrentExports = 2;
    end(4);
    await turn();
    exporter.answers[0]?.({ code: 0 });
    await turn();
    vi.advanceTimersByTime(3999);
    expect(logged).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(logged).toEqual(["meshtrace: 2 spans wait for held: http://collector: no answer for 4000 ms"]);
  });

  test("spans that are given up have the reason of the last attempt, also those behind it", async () => {
    const { end, exporter, losses, processor } = failing();
    end(5);
    await turn();
    exporter.failedAttempts[0]?.(AWAY);
    expect(processor.trouble).toBe(AWAY);
    processor.abandon();
    processor.reportLosses();
    const reason = `${AWAY}; time ran out at shutdown`;
    expect(losses).toEqual([{ exporter: "held", lost: 5, reasons: [{ reason, spans: 5 }] }]);
  });

  test("spans without an attempt have the destination", async () => {
    const { end, losses, processor } = failing();
    end(1);
    processor.abandon();
    processor.reportLosses();
    expect(losses[0]?.reasons).toEqual([{ reason: "http://collector: time ran out at shutdown", spans: 1 }]);
  });

  test("spans for which the queue has no room have the reason as well", async () => {
    const { end, exporter, losses, processor } = failing({ maxQueueSize: 2 });
    end(2);
    await turn();
    exporter.failedAttempts[0]?.(AWAY);
    end(3);
    processor.reportLosses();
    expect(losses[0]?.reasons[0]?.reason).toMatch(/^more than 2 spans wait; .*; http:\/\/collector: ECONNREFUSED$/);
  });

  test("spans that wait at an exit are not sent to a backend that failed, and have its reason", async () => {
    const { end, exporter, losses, processor } = failing();
    end(2);
    await turn();
    exporter.answers[0]?.({ code: 1, error: new Error(AWAY) });
    await turn();
    processor.reportLosses();
    end(1);
    expect(processor.takeAtExit()).toEqual([]);
    processor.reportLosses();
    const reason = `${AWAY}; the process exited while the backend did not accept spans`;
    expect(losses.at(-1)?.reasons).toEqual([{ reason, spans: 1 }]);
  });
});
