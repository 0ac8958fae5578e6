/** What the app sees of its handler's result is the same as without us; the span ends with it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { consume, produce } from "../../src/messages.js";
import { ended, tracing } from "./recorded.js";

type Work = () => unknown;
const failure = new Error("no such table");
const wait = async (): Promise<void> => {
  await nextTurn();
};

const CALLS: Record<string, (work: Work) => unknown> = {
  consume: (work) => consume({ headers: {} }, { system: "kafka" }, work),
  produce: (work) => produce({}, { system: "kafka" }, work),
};

/** What a thenable of a promise library does. */
class Lazy {
  started = 0;
  // biome-ignore lint/suspicious/noThenProperty: a thenable is meant
  then(fulfilled: (value: number) => unknown): unknown {
    this.started += 1;
    return Promise.resolve(7).then(fulfilled);
  }
}

describe.each(Object.entries(CALLS))("%s", (_, call) => {
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["an object", { ok: true }],
    ["a function", () => {}],
    ["a frozen thenable", Object.freeze(new Lazy())],
  ])("a handler that returns %s", (_name, value) => {
    expect(call(() => value)).toBe(value);
    expect(ended).toHaveLength(1);
  });

  test("an exception is recorded and thrown on", () => {
    const { failed, open } = tracing.report().messages;
    expect(() =>
      call(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(ended[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: "no such table" },
      attributes: { "error.type": "Error" },
      events: [{ name: "exception" }],
    });
    expect(tracing.report().messages).toMatchObject({ failed: failed + 1, open });
  });

  test.each<[string, Work]>([
    ["an async function", async () => wait()],
    ["a function", () => wait()],
    ["a function whose promise has settled", () => Promise.resolve()],
    ["a function whose promise others have", () => shared],
  ])("%s: the same promise is returned, and the span ends before the app goes on", async (_name, work) => {
    const { open } = tracing.report().messages;
    const promise = call(work);
    expect(promise).toBeInstanceOf(Promise);
    expect(ended).toHaveLength(0);
    expect(tracing.report().messages.open).toBe(open + 1);
    await promise;
    expect(ended).toHaveLength(1);
    expect(tracing.report().messages.open).toBe(open);
    expect(Object.getOwnPropertyNames(promise)).toEqual([]);
  });
  const shared = wait();

  test("a promise of a function stays the same object", async () => {
    const promise = wait();
    expect(call(() => promise)).toBe(promise);
    await promise;
  });

  test.each<[string, (work: Work) => unknown]>([
    ["without us", (work) => work()],
    ["with us", call],
  ])("the app's reactions come in the same order %s", async (_name, run) => {
    const order: string[] = [];
    const note = (text: string) => (): void => void order.push(text);
    const tick = (): Promise<void> => Promise.resolve();
    const done = Promise.all([
      Promise.resolve(run(async () => note("a")())).then(note("a reacted")),
      Promise.resolve(run(() => tick())).then(note("b reacted")),
      (async () => {
        await run(async () => tick());
        note("c reacted")();
      })(),
      tick().then(note("1")).then(note("2")).then(note("3")).then(note("4")).then(note("5")),
    ]);
    await done;
    expect(order).toEqual(["a", "a reacted", "b reacted", "1", "2", "c reacted", "3", "4", "5"]);
  });

  test.each<[string, Work]>([
    ["an async function", async () => fails()],
    ["a function", () => fails()],
  ])("%s whose promise is rejected: recorded, and the app's catch gets the reason", async (_name, work) => {
    await expect(call(work)).rejects.toBe(failure);
    expect(ended[0]).toMatchObject({ status: { code: SpanStatusCode.ERROR }, events: [{ name: "exception" }] });
  });

  test("a thenable works when the app asks it to, once", async () => {
    const lazy = new Lazy();
    expect(call(() => lazy)).toBe(lazy);
    expect([lazy.started, ended.length]).toEqual([0, 0]);
    expect(await (lazy as unknown as Promise<number>)).toBe(7);
    expect([lazy.started, ended.length, Object.hasOwn(lazy, "then")]).toEqual([1, 1, false]);
  });

  test.each<[string, Work]>([
    ["an async function", () => wait()],
    ["a function that returns a promise", () => wait()],
  ])("the span of %s whose promise is dropped ends, too", async (_name, work) => {
    call(work);
    await until(() => ended.length === 1);
    expect(ended[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });
});

async function fails(): Promise<never> {
  await nextTurn();
  throw failure;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}
