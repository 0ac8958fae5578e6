import bunyan from "bunyan";
import log4js from "log4js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { initTracing } from "../../src/init.js";
import { bunyanStream, type ConsoleMethods, instrumentConsole, log4jsContext, log4jsTokens } from "../../src/logs.js";
import { freshProcess } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";
import { headersOf, inRequest, interleaved, Lines, wrongOnes } from "./request.js";

beforeEach(freshProcess);
afterEach(freshProcess);

describe("bunyan", () => {
  test("1,000 interleaved requests, child loggers included, in the form of its own lines", async () => {
    initTracing({ exporter: "none" });
    const [lines, own] = [new Lines(), new Lines()];
    const logger = bunyan.createLogger({ name: "orders", streams: [bunyanStream(lines), { stream: own }] });
    const child = logger.child({ component: "cart" });
    await interleaved((index, line) => (line === 1 ? child : logger).info({ index }, "paid"));
    expect(wrongOnes(lines.records)).toEqual([]);
    const { trace_id, span_id, trace_flags, x_request_id, ...rest } = lines.records[0] as Record<string, unknown>;
    expect(rest).toEqual(own.records[0]);
  });

  test("levels, fields of the app, and records that JSON cannot hold", () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const stream = { ...bunyanStream(lines), level: "warn" as const };
    const logger = bunyan.createLogger({ name: "orders", streams: [stream] });
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    inRequest(headersOf(7), () => {
      logger.info("not written");
      logger.warn({ trace_id: "the app's", circle, big: 1n }, "odd");
    });
    expect(lines.records).toMatchObject([
      { trace_id: "the app's", circle: { self: "[Circular]" }, big: "[unreadable]", x_request_id: "request-7" },
    ]);
  });

  test("a stream that gets text writes it, counts it, and logs once", () => {
    const tracing = initTracing({ exporter: "none" });
    const said = captureLog();
    const lines = new Lines();
    const { stream } = bunyanStream(lines);
    for (const text of ['{"a":1}\n', '{"a":2}\n']) stream.write(text);
    expect(lines.records).toEqual([{ a: 1 }, { a: 2 }]);
    expect(tracing.report().logLinesFailed).toBe(2);
    expect(said.filter((one) => one.startsWith("warn") && one.includes("raw"))).toHaveLength(1);
  });
});

describe("log4js", () => {
  const lines: string[] = [];
  const appender = { configure: (config: { layout: object }, layouts: never) => write(config, layouts) };
  const write = (
    { layout }: { layout: object },
    layouts: { layout(type: string, config: object): (e: object) => string },
  ) => {
    const text = layouts.layout("pattern", layout);
    return (event: object) => void lines.push(text(event));
  };
  const configure = (pattern: string, tokens = {}): void => {
    lines.length = 0;
    const layout = { type: "pattern", pattern, tokens };
    log4js.configure({
      appenders: { lines: { type: appender as never, layout } },
      categories: { default: { appenders: ["lines"], level: "info" } },
    });
  };

  test("the context: 1,000 interleaved requests", async () => {
    initTracing({ exporter: "none" });
    configure('{"index":%m,"trace_id":"%X{trace_id}","x_request_id":"%X{x_request_id}"}');
    const logger = log4jsContext(log4js.getLogger("orders"));
    await interleaved((index) => logger.info(index));
    expect(lines).toHaveLength(3000);
    expect(wrongOnes(lines.map((line) => JSON.parse(line)))).toEqual([]);
  });

  test("the context: values of the app", () => {
    initTracing({ exporter: "none" });
    configure("%X{trace_id} %X{x_request_id} %X{user} %m");
    const logger = log4jsContext(log4js.getLogger("orders"));
    logger.addContext("trace_id", "the app's");
    logger.addContext("user", "u");
    inRequest(headersOf(7), () => logger.info("paid"));
    expect(lines).toEqual(["the app's request-7 u paid"]);
  });

  test("tokens: every logger", () => {
    initTracing({ exporter: "none" });
    configure("%m [%x{trace_id} %x{x_request_id}]", log4jsTokens());
    log4js.getLogger("a").info("outside");
    inRequest(headersOf(7), () => log4js.getLogger("b").info("inside"));
    expect(lines).toEqual(["outside [ ]", "inside [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa7 request-7]"]);
  });

  test("something else than a logger is returned, counted and logged once", () => {
    const tracing = initTracing({ exporter: "none" });
    const said = captureLog();
    for (const other of [{}, null, { context: Object.freeze({}) }]) expect(log4jsContext(other as never)).toBe(other);
    expect(tracing.report().logLinesFailed).toBe(3);
    expect(said.filter((one) => one.startsWith("warn") && one.includes("it has no context"))).toHaveLength(1);
  });
});

describe("console", () => {
  const all: unknown[][] = [];
  const take = (...values: unknown[]): void => void all.push(values);
  let target: ConsoleMethods;
  beforeEach(() => {
    all.length = 0;
    target = { log: take, info: take, debug: take, warn: take, error: take };
  });
  const TEXT =
    "trace_id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa7 span_id=bbbbbbbbbbbbbbb7 trace_flags=01 x_request_id=request-7";

  test("text, formats, objects and JSON", () => {
    initTracing({ exporter: "none" });
    instrumentConsole({}, target);
    const object = { a: 1 };
    target.log("outside");
    inRequest(headersOf(7), () => {
      target.log("100%d");
      target.warn("%s and %d", "text");
      target.info("a", "b");
      target.error(object);
      target.debug('{"a":1}');
      target.log('{"trace_id":"own"}\n');
      target.log("{ not JSON }");
      target.log();
    });
    expect(all).toEqual([
      ["outside"],
      [`100%d ${TEXT}`],
      [`text and %d ${TEXT}`],
      ["a", "b", TEXT],
      [object, TEXT],
      [expect.any(String)],
      [expect.any(String)],
      [`{ not JSON } ${TEXT}`],
      [TEXT],
    ]);
    expect(JSON.parse(String(all[5]?.[0]))).toMatchObject({ a: 1, x_request_id: "request-7" });
    expect(JSON.parse(String(all[6]?.[0]))).toMatchObject({ trace_id: "own", x_request_id: "request-7" });
  });

  test("it can be undone, unless another library replaced a method since, and odd consoles stay", () => {
    initTracing({ exporter: "none" });
    const undo = instrumentConsole({}, target);
    const other = (): void => {};
    target.warn = other;
    expect(target.log).not.toBe(take);
    expect(target.log.name).toBe("take");
    undo();
    expect(target).toEqual({ log: take, info: take, debug: take, warn: other, error: take });
    const odd = Object.freeze({ log: take, info: 7 }) as never;
    instrumentConsole({}, odd)();
    expect(odd).toEqual({ log: take, info: 7 });
  });

  test("1,000 interleaved requests", async () => {
    initTracing({ exporter: "none" });
    instrumentConsole({}, target);
    await interleaved((index) => target.log(JSON.stringify({ index })));
    expect(wrongOnes(all.map(([line]) => JSON.parse(String(line))))).toEqual([]);
  });
});
