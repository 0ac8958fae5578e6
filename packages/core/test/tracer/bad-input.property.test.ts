/**
 * Whatever a JavaScript caller passes to a tracer or a span: nothing is thrown that OpenTelemetry's
 * SDK would not throw, and every span is exported, or counted.
 */
import { ROOT_CONTEXT, type Span, type Tracer, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { JaegerExporter } from "../../src/export/jaeger/jaeger-exporter.js";
import { BatchProcessor } from "../../src/export/queue/batch-processor.js";
import { DeliveryReport } from "../../src/export/report/span-report.js";
import { ZipkinExporter } from "../../src/export/zipkin/zipkin-exporter.js";
import type { SpanExporter } from "../../src/tracer/readable-span.js";
import { collector } from "../kit/collector.js";
import { createProvider } from "../provider.js";
import { SDK_2 } from "../sdk/sdk-lines.js";

afterEach(() => trace.disable());

const broken = (): never => {
  throw new Error("broken");
};
const TRAPS = ["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"] as const;
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const cyclic: Record<string, unknown> = { name: "cyclic" };
cyclic["self"] = cyclic;
const list: unknown[] = [];
list.push(list);

/** Values that break what reads them. */
const HOSTILE: readonly unknown[] = [
  ...TRAPS.map((trap) => new Proxy({ a: 1 }, { [trap]: broken })),
  ...TRAPS.map((trap) => new Proxy([1, 2], { [trap]: broken })),
  ...TRAPS.map((trap) => new Proxy(new Error("failed"), { [trap]: broken })),
  revoked({}),
  revoked([]),
  cyclic,
  list,
  Object.defineProperty({ b: 1 }, "a", { get: broken, enumerable: true }),
  Object.defineProperty(new Error("failed"), "message", { get: broken }),
  Object.defineProperties(new Error("failed"), {
    stack: { get: broken },
    code: { get: broken },
    name: { get: broken },
  }),
  { toString: broken, valueOf: broken, toJSON: broken, [Symbol.toPrimitive]: broken },
  { code: { toString: broken }, message: { toString: broken } },
  { code: 2, message: Symbol("message") },
  { attributes: { a: 1n }, links: 5, kind: {}, startTime: "now", root: "yes" },
  { context: undefined },
  { context: { traceId: 5, spanId: Symbol("id"), traceFlags: "1" } },
  Object.create(null),
  Object.assign(Object.create(null), { constructor: 5 }),
  Object.assign(new Date(0), { getTime: broken }),
  new Date(Number.NaN),
  [Number.NaN, Number.NaN],
  [Number.POSITIVE_INFINITY, -1],
  [1e300, 1e300],
  [undefined, null],
  Symbol("symbol"),
  10n,
  broken,
  new Error(),
  "\ud800",
  "x".repeat(100_000),
  "__proto__",
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  -0,
  new Map([[{}, {}]]),
  new Uint8Array(3),
  new (class Odd {
    #hidden = 1;
    get own(): number {
      return this.#hidden;
    }
  })(),
];

/**
 * An argument as data: fast-check looks into the values that it draws, which hostile ones do not
 * survive.
 */
type Argument =
  | { readonly hostile: number }
  | { readonly value: unknown }
  | { readonly members: Readonly<Record<string, Argument>> }
  | { readonly items: readonly Argument[] };

const plain = fc.oneof(
  fc.constantFrom(undefined, null, 404, "text", true),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
);
const argument: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ hostile: fc.nat(HOSTILE.length - 1) }) },
  { weight: 2, arbitrary: plain.map((value) => ({ value })) },
);
const names = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom("attributes", "links", "kind", "startTime", "code", "context"),
);
const inside: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 3, arbitrary: argument },
  { weight: 1, arbitrary: fc.dictionary(names, argument, { maxKeys: 3 }).map((members) => ({ members })) },
  { weight: 1, arbitrary: fc.array(argument, { maxLength: 3 }).map((items) => ({ items })) },
);

function made(drawn: Argument): unknown {
  if ("hostile" in drawn) return HOSTILE[drawn.hostile];
  if ("items" in drawn) return drawn.items.map(made);
  if ("value" in drawn) return drawn.value;
  return Object.fromEntries(Object.entries(drawn.members).map(([name, member]) => [name, made(member)]));
}

const METHODS = [
  "setAttribute",
  "setAttributes",
  "addEvent",
  "addLink",
  "addLinks",
  "setStatus",
  "updateName",
  "recordException",
  "end",
  "isRecording",
  "spanContext",
] as const;
const calls = fc.array(fc.tuple(fc.constantFrom(...METHODS), fc.array(inside, { maxLength: 4 })), { maxLength: 8 });
const starts = fc.array(inside, { maxLength: 2 });

/** Returns what `work` returned, or that it threw. */
function attempt<Result>(work: () => Result): {
  readonly threw: boolean;
  readonly error?: unknown;
  readonly result?: Result;
} {
  try {
    return { threw: false, result: work() };
  } catch (error) {
    return { threw: true, error };
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? "") : "no Error");

type Callable = Record<string, (...argsValue: unknown[]) => unknown>;
const start = (tracer: Tracer, argsValue: readonly Argument[]): Span =>
  (tracer as unknown as Callable)["startSpan"]?.(...argsValue.map(made)) as Span;

async function pipeline(
  exporter: SpanExporter,
  name: string,
): Promise<{ processor: BatchProcessor; report: DeliveryReport }> {
  const report = new DeliveryReport();
  return { processor: new BatchProcessor({ exporter, name, report, maxQueueSize: 100_000 }), report };
}

test("any argument of any method, with spans that reach Zipkin and Jaeger", async () => {
  const { origin, requests } = await collector(202);
  const zipkin = await pipeline(
    new ZipkinExporter({ url: `${origin}/api/v2/spans`, compression: "none" } as object),
    "zipkin",
  );
  const jaeger = await pipeline(new JaegerExporter({ endpoint: origin, compression: "none" } as object), "jaeger");
  const ours = createProvider({ processors: [zipkin.processor, jaeger.processor] }).getTracer("ours");
  const theirs = (await SDK_2.load()).newProvider({}).getTracer("theirs");
  let ended = 0;
  const property = fc.property(starts, calls, (argsValue, list) => {
    const [their, our] = [attempt(() => start(theirs, argsValue)), attempt(() => start(ours, argsValue))];
    // Ours may throw only what the SDK throws: where a context is no context, for one.
    if (our.threw) expect(their.threw, textOf(our.error)).toBe(true);
    const span = our.result ?? ours.startSpan("span", {}, ROOT_CONTEXT);
    const other = their.result ?? theirs.startSpan("span", {}, ROOT_CONTEXT);
    for (const [method, args] of list) {
      const expected = attempt(() => (other as unknown as Callable)[method]?.(...args.map(made)));
      const actual = attempt(() => (span as unknown as Callable)[method]?.(...args.map(made)));
      if (actual.threw) expect(expected.threw, `${method}: ${textOf(actual.error)}`).toBe(true);
    }
    const recording = span.isRecording();
    span.end();
    expect(span.isRecording()).toBe(false);
    if (recording || list.some(([method]) => method === "end")) ended += 1;
  });
  fc.assert(property, { numRuns: 3000 });
  await Promise.all([zipkin.processor.forceFlush(), jaeger.processor.forceFlush()]);
  for (const { report } of [zipkin, jaeger]) {
    const { started, ended: counted, exported, failed, dropped, queued } = report.snapshot();
    expect(counted).toBe(started);
    expect(exported + failed + dropped).toBe(started);
    expect(queued).toBe(0);
    expect(exported).toBeGreaterThan(ended / 2);
  }
  const bodies = requests.filter(({ url }) => url === "/api/v2/spans").map(({ body }) => JSON.parse(body.toString()));
  expect(bodies.flat()).toHaveLength(zipkin.report.snapshot().exported);
  await Promise.all([zipkin.processor.shutdown(), jaeger.processor.shutdown()]);
}, 120_000);
