import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeliveryLog } from "../../../src/export/report/delivery-log.js";
import { freshProcess } from "../../fresh-process.js";
import { captureLog } from "../../kit/captured-log.js";

const clock = vi.hoisted(() => ({ now: 0 }));
vi.mock("../../../src/export/clock.js", () => ({ now: () => clock.now }));

beforeEach(async () => {
  await freshProcess();
  clock.now = 0;
});
afterEach(freshProcess);

test("an outage is logged once, and its end", () => {
  const logged = captureLog();
  const log = new DeliveryLog("zipkin", 60_000);
  log.succeeded();
  log.failed(3, "http://zipkin: ECONNREFUSED");
  log.failed(9, "http://zipkin: ECONNREFUSED");
  log.succeeded();
  log.succeeded();
  expect(logged).toEqual([
    "warn meshtrace: 3 spans wait for zipkin: http://zipkin: ECONNREFUSED",
    "info meshtrace: spans reach zipkin again",
  ]);
});

test("a collector that comes and goes is logged once in an interval", () => {
  const logged = captureLog();
  const log = new DeliveryLog("zipkin", 60_000);
  for (clock.now = 0; clock.now < 120_000; clock.now += 1000) {
    log.failed(1, "away");
    log.succeeded();
  }
  expect(logged.filter((line) => line.startsWith("warn"))).toHaveLength(2);
  expect(logged.filter((line) => line.startsWith("info"))).toHaveLength(2);
});

test("a reason that a backend wrote does not steer the terminal", () => {
  const logged = captureLog();
  new DeliveryLog("otlp", 60_000).failed(1, "it says \u001b[2J\n");
  expect(logged).toEqual(["warn meshtrace: 1 spans wait for otlp: it says \\x1b[2J\\x0a"]);
});
