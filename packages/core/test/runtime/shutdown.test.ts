/**
 * The endings that a test cannot have for itself: being process 1. The others are in
 * process-end.test.ts.
 */
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { type EndingProcess, flushAtEnd, within } from "../../src/runtime/shutdown.js";

class FakeProcess extends EventEmitter implements EndingProcess {
  readonly killed: string[] = [];
  readonly pid: number;
  constructor(pid: number) {
    super();
    this.pid = pid;
  }
  kill(_pid: number, signal: string): void {
    this.killed.push(signal);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([
  [1, [], 1],
  [7, ["SIGTERM"], 0],
])("process %i: the signal is raised again where that has an effect: %o", async (pid, killed, listeners) => {
  const process = new FakeProcess(pid);
  let flushes = 0;
  const flush = async (): Promise<void> => {
    flushes += 1;
  };
  flushAtEnd(process, ["SIGTERM"], { flush, ended: () => flushes });
  process.emit("SIGTERM");
  await settled();
  expect(process.killed).toEqual(killed);
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
  process.emit("SIGTERM");
  await settled();
  expect(flushes).toBe(listeners + 1);
});

test("a listener that the app has added again does not count as a second signal", async () => {
  const process = new FakeProcess(7);
  let end = (): void => {};
  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      end = resolve;
    });
  flushAtEnd(process, ["SIGTERM"], { flush, ended: () => 0 });
  for (const listener of process.listeners("SIGTERM")) process.on("SIGTERM", listener as () => void);
  process.emit("SIGTERM");
  expect(process.killed).toEqual([]);
  end();
  await settled();
  expect(process.killed).toEqual(["SIGTERM"]);
  expect(process.listenerCount("SIGTERM")).toBe(0);
});

test("the undo takes every listener off", () => {
  const process = new FakeProcess(7);
  flushAtEnd(process, ["SIGTERM", "SIGINT"], { flush: async () => {}, ended: () => 0 })();
  expect(process.eventNames()).toEqual([]);
});

test("within tells which came first, and never rejects", async () => {
  expect(await within(10_000, Promise.reject(new Error("no")))).toBe(true);
  expect(await within(1, new Promise(() => {}))).toBe(false);
});
