import pino from "pino";
import pino6 from "pino6";
import pino9 from "pino9";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { initTracing } from "../../src/init.js";
import { pinoMixin } from "../../src/logs.js";
import { freshProcess } from "../fresh-process.js";
import { headersOf, inRequest, interleaved, Lines, wrongOnes } from "./request.js";

beforeEach(freshProcess);
afterEach(freshProcess);

// The oldest version that works with its types today, one between, and the newest.
describe.each([
  ["6", pino6 as unknown as typeof pino],
  ["9.0", pino9 as unknown as typeof pino],
  ["10", pino],
])("pino %s", (_version, create) => {
  test("1,000 interleaved requests, child loggers included", async () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const logger = create({ mixin: pinoMixin() }, lines);
    const child = logger.child({ component: "cart" });
    await interleaved((index, line) => (line === 1 ? child : logger).info({ index }, "paid"));
    expect(lines.all).toHaveLength(3000);
    expect(wrongOnes(lines.records)).toEqual([]);
  });

  test("fields of the app take precedence; text, errors and lines outside of requests", () => {
    initTracing({ exporter: "none" });
    const lines = new Lines();
    const logger = create({ mixin: pinoMixin({ fields: "ecs" }) }, lines);
    logger.info("outside");
    inRequest(headersOf(7), () => {
      logger.info({ "trace.id": "the app's" }, "own");
      logger.info("text %d", 1);
      logger.error(new Error("boom"));
      logger.info(Object.freeze({ frozen: true }), "frozen");
    });
    const [outside, own, text, error, frozen] = lines.records;
    expect(outside).not.toHaveProperty(["trace.id"]);
    expect(own).toMatchObject({ "trace.id": "the app's", "http.request.id": "request-7" });
    expect(text).toMatchObject({ msg: "text 1", "span.id": "bbbbbbbbbbbbbbb7", "labels.trace_flags": "01" });
    expect(error).toMatchObject({ msg: "boom", "http.request.id": "request-7" });
    expect(frozen).toMatchObject({ frozen: true, "http.request.id": "request-7" });
  });
});
