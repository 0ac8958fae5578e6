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

test("the first packet is sent at once", async () => {
  const { time, pace } = clock(1);
  await pace.ready();
  expect(time.slept).toEqual([]);
});

test("a packet waits as long as the one before needs at 3 MB per second", async () => {
  const { time, pace } = clock(1);
  pace.sent(15_000);
  await pace.ready();
  expect(time.slept).toEqual([5]);
});

test("a timer that is early does not quicken the pace", async () => {
  const { time, pace } = clock(0.25);
  pace.sent(30_000);
  await pace.ready();
  expect(time.now).toBeGreaterThanOrEqual(10);
  expect(time.slept.length).toBeGreaterThan(1);
});

test("time that passed counts", async () => {
  const { time, pace } = clock(1);
  pace.sent(30_000);
  time.now = 12;
  await pace.ready();
  expect(time.slept).toEqual([]);
});
