import { context, diag, propagation, trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, expect, test, vi } from "vitest";

// The message is logged once in a process: each test loads the module anew.
afterEach(() => {
  for (const api of [trace, context, propagation, diag]) api.disable();
  vi.restoreAllMocks();
  vi.resetModules();
});

async function logged(): Promise<string[]> {
  const lines: string[] = [];
  const logger = { error() {}, warn: (line: string) => void lines.push(line), info() {}, debug() {}, verbose() {} };
  const api = await import("@opentelemetry/api");
  api.diag.setLogger(logger, { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
  const { adapterTracing } = await import("../../src/runtime/active-tracing.js");
  for (const tracing of [adapterTracing(), adapterTracing()]) expect(tracing.enabled).toBe(false);
  return lines;
}

test("a provider that was registered without initTracing() is logged once, with how to record", async () => {
  trace.setGlobalTracerProvider(new NodeTracerProvider());
  expect(await logged()).toEqual([expect.stringContaining("call initTracing({ tracerProvider })")]);
});

test("without a provider nothing is logged", async () => {
  expect(await logged()).toEqual([]);
});

test("an app without a logger finds it on the console", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  trace.setGlobalTracerProvider(new NodeTracerProvider());
  const { adapterTracing } = await import("../../src/runtime/active-tracing.js");
  adapterTracing();
  adapterTracing();
  expect(warn.mock.calls).toEqual([[expect.stringContaining("call initTracing({ tracerProvider })")]]);
});
