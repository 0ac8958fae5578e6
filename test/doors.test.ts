import { expect, test } from "vitest";
// @ts-expect-error a script without declarations
import { violations, violationsOfLibraries } from "../scripts/doors.mjs";

test("the libraries keep to the doors", () => {
  expect(violationsOfLibraries()).toEqual([]);
});

test.each([
  ["packages/core/src/identity.ts", "const pid = process.pid;"],
  ["packages/core/src/identity.ts", "const { env } = globalThis.process;"],
  ["packages/core/src/identity.ts", 'import { pid } from "node:process";'],
  ["packages/http-middleware/src/server/node.ts", "export const home = process.env['HOME'];"],
  ["packages/http-middleware/src/server/node.ts", 'const id = request.headers["X-B3-TraceId"];'],
  ["packages/http-middleware/src/server/node.ts", "const parent = request.headers.traceparent;"],
  ["packages/http-middleware/src/client/call.ts", "headers.set(`b3`, value);"],
  ["packages/core/src/init.ts", 'import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-node";'],
  ["packages/core/src/init.ts", `${"\n".repeat(250)}export {};`],
])("%s: %s is a violation", (file, source) => {
  expect(violations(file, source)).toEqual([expect.stringContaining(file)]);
});

test.each([
  ["packages/core/src/init.ts", "const { env } = process;"],
  ["packages/http-middleware/src/register.ts", "const { env } = process;"],
  ["packages/core/src/options.ts", "const facts: { process: number } = { process: other.process };"],
  ["packages/http-middleware/src/attributes.ts", 'const tag = "guid:x-request-id";'],
  ["packages/core/src/batching.ts", 'import type { SpanProcessor } from "@opentelemetry/sdk-trace-node";'],
  ["packages/core/src/provider.ts", 'import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";'],
])("%s: %s is none", (file, source) => {
  expect(violations(file, source)).toEqual([]);
});
