import { DiagLogLevel, diag } from "@opentelemetry/api";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { environmentNumber, environmentText, isNodeAtLeast } from "../../src/config/process-environment.js";
import { captureLog } from "../kit/captured-log.js";

afterEach(() => void vi.unstubAllEnvs());

test.each([
  [undefined, undefined],
  ["", undefined],
  [" \t", undefined],
  [" text ", "text"],
])("%j is read as the text %j", (value, text) => {
  vi.stubEnv("MESHTRACE_TEST", value);
  expect(environmentText("MESHTRACE_TEST")).toBe(text);
});

test.each([
  [undefined, undefined, 0],
  [" ", undefined, 0],
  [" 12.5 ", 12.5, 0],
  ["0", 0, 0],
  ["udp://10.96.12.7:6831", undefined, 1],
  ["Infinity", undefined, 1],
])("%j is read as the number %j, with %i warnings", (value, number, warnings) => {
  const logged = captureLog(DiagLogLevel.WARN);
  onTestFinished(() => diag.disable());
  vi.stubEnv("MESHTRACE_TEST", value);
  expect(environmentNumber("MESHTRACE_TEST")).toBe(number);
  expect(logged).toHaveLength(warnings);
});

test("versions of Node are compared by their numbers", () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  expect([isNodeAtLeast(major, minor), isNodeAtLeast(major - 1, 999), isNodeAtLeast(major, minor + 1)]).toEqual([
    true,
    true,
    false,
  ]);
});
