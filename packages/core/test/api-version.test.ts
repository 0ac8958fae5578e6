import { createRequire } from "node:module";
import { trace } from "@opentelemetry/api";
import { expect, test } from "vitest";

test("MESHTRACE_TEST_API chooses the version of OpenTelemetry's API in the process of the tests", () => {
  const version = process.env["MESHTRACE_TEST_API"] ?? "1.10";
  trace.setGlobalTracerProvider({ getTracer: (name) => trace.getTracer(name) });
  const registry = (globalThis as Record<symbol, unknown>)[Symbol.for("opentelemetry.js.api.1")];
  trace.disable();
  expect(registry).toMatchObject({ version: expect.stringContaining(`${version}.`) });
  expect(createRequire(import.meta.url).resolve("@opentelemetry/api")).toContain(`api@${version}.`);
});
