import { expect, test } from "vitest";
import { UdpPace } from "../../../src/export/jaeger/udp-pace.js";

/** A clock whose `sleep` takes `factor` times as long as it should. */
function clock(factor: number) {
  const time = { now: 0, slept: [] as number[] };
  const pace = new UdpPace({
    now: () => time.now,
    sleep: async (ms) => {
      time.slept.push(ms);
      time.now += ms * factor;
    },
  });
  return { time, pace };
}

test("packets are sent at once as far as a receiver's buffer holds them", async () => {
  const { time, pace } = clock(1);
  for (let packet = 0; packet < 4; packet += 1) await pace.take(15_000);
  expect(time.slept).toEqual([]);
});

test("after that, 5 MB are sent per second", async () => {
  const { time, pace } = clock(1);
  for (let packet = 0; packet < 104; packet += 1) await pace.take(15_000);
  expect(time.now).toBeGreaterThanOrEqual(300 - 3);
  expect(time.now).toBeLessThanOrEqual(300 + 3);
});

test("callers that wait at the same time do not share one turn", async () => {
  const { time, pace } = clock(1);
  await Promise.all(Array.from({ length: 104 }, () => pace.take(15_000)));
  expect(time.now).toBeGreaterThanOrEqual(300 - 3);
});

test("a timer that is early does not quicken the pace", async () => {
  const { time, pace } = clock(0.25);
  await pace.take(50_000);
  await pace.free();
  expect(time.now).toBeGreaterThanOrEqual(10);
  expect(time.slept.length).toBeGreaterThan(1);
});

test("time that passed counts, and no rest allows more than a burst", async () => {
  const { time, pace } = clock(1);
  await pace.take(30_000);
  time.now = 1000;
  await pace.free();
  for (let packet = 0; packet < 4; packet += 1) await pace.take(15_000);
  expect(time.slept).toEqual([]);
  await pace.take(15_000);
  expect(time.slept).toEqual([2]);
});
