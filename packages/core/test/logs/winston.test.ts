import { afterEach, beforeEach, describe, expect, test } from "vitest";
import winston from "winston";
import winston32 from "winston3.2";
import { initTracing } from "../../src/init.js";
import { winstonFormat, winstonMeta } from "../../src/logs.js";
import { freshProcess } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";
import { headersOf, inRequest, interleaved, Lines, wrongOnes } from "./request.js";

beforeEach(freshProcess);
afterEach(freshProcess);

describe.each([
  ["3.2", winston32 as unknown as typeof winston],
  ["3.19", winston],
])("winston %s", (_version, { createLogger, format, transports }) => {
  const written = async (lines: Lines, count: number): Promise<Record<string, unknown>[]> => {
    await expect.poll(() => lines.all.length, { timeout: 30_000 }).toBe(count);
    return lines.records;
  };

  test("the format: 1,000 interleaved requests with a transport that keeps up", async () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const logger = createLogger({
      format: format.combine(winstonFormat(), format.json()),
      transports: [new transports.Stream({ stream: lines })],
    });
    const child = logger.child({ component: "cart" });
    await interleaved((index, line) => (line === 1 ? child : logger).info("paid", { index }));
    expect(wrongOnes(await written(lines, 3000))).toEqual([]);
  });

  test("the meta: 1,000 interleaved requests with a transport that does not", async () => {
    initTracing({ exporter: "none" });
    const lines = new Lines(true);
    const logger = createLogger({
      defaultMeta: winstonMeta({ service: "orders" }),
      format: format.combine(winstonFormat(), format.json()),
      transports: [slow(new transports.Stream({ stream: lines }))],
    });
    const child = logger.child({ component: "cart" });
    await interleaved((index, line) => {
      if (line === 0) logger.info("paid", { index });
      else if (line === 1) child.warn("paid", { index });
      else logger.error({ message: "paid", index });
    });
    const records = await written(lines, 3000);
    expect(wrongOnes(records)).toEqual([]);
    expect(records.every(({ service }) => service === "orders")).toBe(true);
  });

  test("fields of the app, an object that is logged twice, errors, and lines outside of requests", async () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const logger = createLogger({
      format: format.combine(winstonFormat(), format.errors({ stack: true }), format.json()),
      transports: [new transports.Stream({ stream: lines })],
    });
    const twice = { level: "info", message: "twice" };
    inRequest(headersOf(7), () => {
      logger.info("own", { trace_id: "the app's" });
      logger.log(twice);
      logger.error(new Error("boom"));
    });
    inRequest(headersOf(8), () => logger.log(twice));
    logger.log(twice);
    expect(await written(lines, 5)).toMatchObject([
      { message: "own", trace_id: "the app's" },
      { x_request_id: "request-7" },
      { message: "boom", stack: expect.stringContaining("Error: boom"), x_request_id: "request-7" },
      { x_request_id: "request-8" },
      { message: "twice" },
    ]);
    expect(lines.records[4]).not.toHaveProperty("trace_id");
    expect(twice).not.toHaveProperty("trace_id");
  });

  test("with the meta, a field without a value leaves no trace in text", async () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const logger = createLogger({
      defaultMeta: winstonMeta({ trace_flags: "the app's" }, { fields: "default" }),
      format: format.combine(
        winstonFormat(),
        format.printf((info) => Object.keys(info).join(" ")),
      ),
      transports: [new transports.Stream({ stream: lines })],
    });
    logger.info("outside");
    await expect.poll(() => lines.all, { timeout: 30_000 }).toEqual(["message level trace_flags"]);
  });
});

test("a line that cannot be read is passed on, counted, and logged once", () => {
  const tracing = initTracing({ exporter: "none" });
  const said = captureLog();
  const { transform } = winstonFormat();
  const line = {
    get message(): never {
      throw new Error("a getter of winston");
    },
  };
  for (let index = 0; index < 3; index += 1) expect(transform(line)).toBe(line);
  expect(tracing.report().logLinesFailed).toBe(3);
  expect(said.filter((one) => one.startsWith("warn") && one.includes("a getter of winston"))).toHaveLength(1);
});

/** Makes a transport take its next line only after a turn of the loop. */
function slow<Transport extends winston.transport>(transport: Transport): Transport {
  const { log } = transport;
  return Object.assign(transport, {
    log: (info: unknown, next: () => void) => log?.call(transport, info, () => setImmediate(next)),
  });
}
