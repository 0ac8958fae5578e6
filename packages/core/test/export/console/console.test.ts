import { SpanKind } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { ConsoleExporter, type ConsoleExporterConfig } from "../../../src/export/console/console-exporter.js";
import { exportAll } from "../export-all.js";
import { HOSTILE, type SpanParts, span, TRACE_ID } from "../spans.js";

function setUp(config: ConsoleExporterConfig) {
  const lines: string[] = [];
  const exporter = new ConsoleExporter({ write: (line) => lines.push(line), ...config });
  return { lines, exporter };
}

const id = (digit: string): string => digit.repeat(16);
const child = (digit: string, parent: string, parts: SpanParts = {}) =>
  span({
    name: `span ${digit}`,
    context: { spanId: id(digit) },
    parentSpanContext: { traceId: TRACE_ID, spanId: id(parent), traceFlags: 1 },
    ...parts,
  });
const root = (digit: string, parts: SpanParts = {}) =>
  span({
    name: `span ${digit}`,
    kind: SpanKind.SERVER,
    context: { spanId: id(digit) },
    parentSpanContext: { traceId: TRACE_ID, spanId: id("f"), traceFlags: 1, isRemote: true },
    ...parts,
  });

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ESCAPE = /[\u0000-\u001f]/;

test("not on a terminal, each span is one line of JSON", async () => {
  const { lines, exporter } = setUp({});
  await exportAll(exporter, [
    child("2", "1", { status: { code: 2, message: "boom" }, attributes: { n: 1, text: "a\nb" } }),
    root("1"),
  ]);
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] as string)).toEqual({
    traceId: TRACE_ID,
    spanId: id("2"),
    parentId: id("1"),
    service: "hello.default",
    name: "span 2",
    kind: "INTERNAL",
    startedAt: "2023-11-14T22:13:20.123Z",
    durationMs: 1000,
    status: "ERROR",
    message: "boom",
    attributes: { n: 1, text: "a\nb" },
  });
});

test("a span that JSON has no room for is a line all the same", async () => {
  const { lines, exporter } = setUp({});
  const hostile = { attributes: HOSTILE, startTime: [Number.NaN, 0] as [number, number] };
  expect(await exportAll(exporter, [span(hostile)])).toEqual({ code: 0 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(ESCAPE);
});

test("a readable line: what, how long, what went wrong; no colour unless it is configured", async () => {
  const { lines, exporter } = setUp({ format: "line" });
  await exportAll(exporter, [
    root("1", { name: "GET /orders", duration: [0, 12_300_000], attributes: { "http.response.status_code": 500 } }),
    child("2", "1", { status: { code: 2 } }),
  ]);
  expect(lines[0]).toBe(`SERVER   GET /orders  12.3 ms  ${TRACE_ID} ${id("1")} http.response.status_code=500`);
  expect(lines[1]).toBe(`INTERNAL span 2  1000.0 ms  error  ${TRACE_ID} ${id("2")}`);
});

test("a name that came from outside does not steer the terminal", async () => {
  const { lines, exporter } = setUp({ format: "line" });
  await exportAll(exporter, [root("1", { name: "GET /\u001b[2J\n\u009b", attributes: { a: "\u001b]0;x\u0007" } })]);
  expect(lines[0]).toContain("GET /\\x1b[2J\\x0a\\x9b");
  expect(lines[0]).not.toMatch(ESCAPE);
});

describe("a waterfall", () => {
  test("comes when the local root has ended, with parents before children, and a bar for each", async () => {
    const { lines, exporter } = setUp({ format: "waterfall" });
    const start = 1_700_000_000;
    await exportAll(exporter, [
      child("3", "2", { startTime: [start + 2, 0], duration: [1, 0] }),
      child("2", "1", { startTime: [start + 2, 0], duration: [2, 0] }),
      child("4", "1", { startTime: [start, 0], duration: [1, 0] }),
    ]);
    expect(lines).toEqual([]);
    await exportAll(exporter, [root("1", { startTime: [start, 0], duration: [4, 0] })]);
    expect(lines).toEqual([
      `trace ${TRACE_ID}`,
      "  ████████████████████████  SERVER   span 1  4000.0 ms",
      "  ██████                      INTERNAL span 4  1000.0 ms",
      "              ████████████    INTERNAL span 2  2000.0 ms",
      "              ██████            INTERNAL span 3  1000.0 ms",
    ]);
  });

  test("two requests of one trace are two", async () => {
    const { lines, exporter } = setUp({ format: "waterfall" });
    await exportAll(exporter, [child("2", "1"), child("4", "3"), root("3"), root("1")]);
    expect(lines.map((line) => /trace|span \d/.exec(line)?.[0])).toEqual([
      "trace",
      "span 3",
      "span 4",
      "trace",
      "span 1",
      "span 2",
    ]);
  });

  test("what ends after its root is a line of its own, and so is its child", async () => {
    const { lines, exporter } = setUp({ format: "waterfall" });
    await exportAll(exporter, [root("1")]);
    await exportAll(exporter, [child("3", "2")]);
    expect(lines).toHaveLength(2);
    await exportAll(exporter, [child("2", "1")]);
    expect(lines.slice(2).map((line) => /span \d/.exec(line)?.[0])).toEqual(["span 2", "span 3"]);
  });

  test("what never gets a root is written at the end, and not more is kept than 1000", async () => {
    const { lines, exporter } = setUp({ format: "waterfall" });
    await exportAll(
      exporter,
      Array.from({ length: 1000 }, () =>
        span({ parentSpanContext: { traceId: TRACE_ID, spanId: id("e"), traceFlags: 1 } }),
      ),
    );
    expect(lines).toHaveLength(0);
    await exportAll(exporter, [child("2", "d")]);
    expect(lines).toHaveLength(1001);
    await exportAll(exporter, [child("3", "d")]);
    await exporter.shutdown();
    expect(lines).toHaveLength(1002);
  });

  test("is what a terminal gets, in colour", async () => {
    const { lines, exporter } = setUp({ terminal: true });
    await exportAll(exporter, [root("1", { status: { code: 2, message: "boom" } })]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("\u001b[31mSERVER   span 1  1000.0 ms  boom\u001b[0m");
  });
});

describe("control characters from outside", () => {
  const outside = "a\u001b[2J\u007f\u0085\u009b31m\u009d\u2028\u202e\u2066b";
  const attacked = (digit: string, parent?: string) => {
    const parts: SpanParts = {
      name: outside,
      status: { code: 2, message: outside },
      attributes: { [outside]: outside, list: [outside] },
      events: [{ name: outside, time: [0, 0], attributes: { [outside]: outside } }],
    };
    return parent === undefined ? root(digit, parts) : child(digit, parent, parts);
  };

  test.each(["json", "line", "waterfall"] as const)("do not reach the output as %s", async (format) => {
    const { lines, exporter } = setUp({ format });
    await exportAll(exporter, [attacked("2", "1"), attacked("1")]);
    await exporter.forceFlush();
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  });

  test("keep their value in JSON", async () => {
    const { lines, exporter } = setUp({ format: "json" });
    await exportAll(exporter, [attacked("1")]);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ name: outside, message: outside });
  });
});
