import { DiagLogLevel, diag } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { turns } from "../../core/test/kit/turns.js";
import { hook } from "../src/hook.js";

const error = vi.fn<(message: string, ...more: unknown[]) => void>();
beforeEach(() => {
  const nothing = (): void => {};
  const logger = { error, warn: nothing, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
});
afterEach(() => {
  diag.disable();
  error.mockReset();
});

test("a hook that throws is logged once, and another one as well", () => {
  const spanName = (): string => {
    throw new Error("one");
  };
  const ignore = (): boolean => {
    throw new Error("two");
  };
  expect([hook(spanName, "GET"), hook(spanName, "GET"), hook(ignore, false)]).toEqual(["GET", "GET", false]);
  expect(error.mock.calls.map(([message]) => message)).toEqual([
    expect.stringContaining("spanName"),
    expect.stringContaining("ignore"),
  ]);
});

test("a rejection is caught and told once, and hurts no process", async () => {
  const rejected = vi.fn();
  process.on("unhandledRejection", rejected);
  const onRequest = async (): Promise<never> => {
    throw new Error("later");
  };
  hook(onRequest as () => void, undefined);
  hook(onRequest as () => void, undefined);
  await turns(2);
  process.off("unhandledRejection", rejected);
  expect(rejected).not.toHaveBeenCalled();
  expect(error).toHaveBeenCalledOnce();
});

test("a promise is no answer: an asynchronous `ignore` ignores nothing", () => {
  const ignore = async (): Promise<boolean> => true;
  expect(hook(ignore as never as () => boolean, false)).toBe(false);
  expect(error).toHaveBeenCalledOnce();
});

test("what it is given and what it returns", () => {
  expect(hook((first: string, second: number) => first + second, "", "a", 1)).toBe("a1");
  expect(hook(undefined, "without")).toBe("without");
});
