/** A rejection that the app does not handle is unhandled, and one that it handles is not. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { SpanStatusCode } from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { consume } from "../../src/messages.js";
import { ended } from "./recorded.js";

const failure = new Error("the broker is away");
const call = (work: () => unknown): unknown => consume({ headers: {} }, { system: "rabbitmq" }, work);

let unhandled: unknown[] = [];
let runners: NodeJS.UnhandledRejectionListener[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => {
  runners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
});
afterAll(() => {
  process.removeAllListeners("unhandledRejection");
  for (const runner of runners) process.on("unhandledRejection", runner);
});
beforeEach(() => {
  unhandled = [];
});

async function settled(): Promise<void> {
  while (ended.length === 0) await nextTurn();
  // Node reports what is unhandled after the microtasks of a turn.
  await nextTurn();
}

test("an async function whose promise is dropped", async () => {
  call(async () => {
    throw failure;
  });
  await settled();
  expect(unhandled).toEqual([failure]);
  expect(ended[0]?.status).toMatchObject({ code: SpanStatusCode.ERROR, message: failure.message });
});

test("a function whose promise is dropped", async () => {
  call(() => Promise.reject(failure));
  await settled();
  expect(unhandled).toEqual([failure]);
  expect(ended[0]?.status.code).toBe(SpanStatusCode.ERROR);
});

test("a function whose promise others handle", async () => {
  const promise = Promise.reject(failure);
  promise.catch(() => {});
  call(() => promise);
  await settled();
  expect(unhandled).toEqual([]);
});

test.each<[string, () => Promise<never>]>([
  ["an async function", async () => Promise.reject(failure)],
  ["a function", () => Promise.reject(failure)],
])("%s whose promise is handled at once, or later in the turn", async (_, work) => {
  const first = call(work) as Promise<never>;
  first.catch(() => {});
  const second = call(work) as Promise<never>;
  await Promise.resolve().then(() => {});
  second.catch(() => {});
  await settled();
  await nextTurn();
  expect(unhandled).toEqual([]);
});

test("a promise that is handled in a later turn was unhandled until then", async () => {
  const promise = call(async () => Promise.reject(failure)) as Promise<never>;
  await settled();
  expect(unhandled).toEqual([failure]);
  await expect(promise).rejects.toBe(failure);
});
