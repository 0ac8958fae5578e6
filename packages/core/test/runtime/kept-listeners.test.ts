import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { KeptListeners } from "../../src/runtime/kept-listeners.js";

test("a listener that was removed with others is there again, in the same tick", () => {
  const process = new EventEmitter();
  let calls = 0;
  const own = (): void => {
    calls += 1;
  };
  const remove = new KeptListeners(process).add("SIGTERM", own, { first: true });
  process.on("SIGTERM", () => {});
  process.prependListener("SIGTERM", () => {});
  process.prependListener("SIGTERM", () => {});
  process.removeAllListeners("SIGTERM");
  expect(process.listeners("SIGTERM")).toEqual([own]);
  process.emit("SIGTERM");
  remove();
  process.emit("SIGTERM");
  expect(calls).toBe(1);
  expect(process.eventNames()).toEqual([]);
});

test("after the removal of every event, all are there again", async () => {
  const process = new EventEmitter();
  const listeners = new KeptListeners(process);
  const undo = [listeners.add("exit", () => {}), listeners.add("SIGTERM", () => {})];
  process.removeAllListeners();
  await null;
  process.removeAllListeners("SIGTERM");
  expect(process.listenerCount("exit")).toBe(1);
  expect(process.listenerCount("SIGTERM")).toBe(1);
  for (const step of undo) step();
  expect(process.eventNames()).toEqual([]);
});

test("the undo also removes what an app added again", () => {
  const process = new EventEmitter();
  const own = (): void => {};
  const remove = new KeptListeners(process).add("SIGTERM", own);
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", own);
  remove();
  expect(process.eventNames()).toEqual([]);
});

test("a removal that the undo follows restores nothing", async () => {
  const process = new EventEmitter();
  const remove = new KeptListeners(process).add("exit", () => {});
  process.removeAllListeners("exit");
  remove();
  await null;
  expect(process.eventNames()).toEqual([]);
});
