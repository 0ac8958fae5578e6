import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { watchResult } from "../../src/server/watch-promise.js";

const silent = { open: true, fulfilled() {}, rejected() {} };
const handler = (): void => {};

test("a revoked proxy that a handler returns is handed on", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(watchResult(proxy, handler, undefined, silent) === proxy).toBe(true);
});

test("a promise of another realm is observed when the app reacts to it", async () => {
  const seen: string[] = [];
  const watcher = { open: true, fulfilled: () => seen.push("fulfilled"), rejected: () => seen.push("rejected") };
  const promise = runInNewContext("Promise.resolve(1)") as Promise<number>;
  expect(await watchResult(promise, handler, undefined, watcher)).toBe(1);
  expect(seen).toEqual(["fulfilled"]);
});
