import { expect, test } from "vitest";
// @ts-expect-error a script without declarations
import { sleeps, violations, violationsOfLibraries, violationsOfTests } from "../scripts/source-rules.mjs";

test("the libraries follow the source rules", () => {
  expect(violationsOfLibraries()).toEqual([]);
});

test("the tests wait for events", () => {
  expect(violationsOfTests()).toEqual([]);
});

test.each([
  "await new Promise((resolve) => setTimeout(resolve, 20));",
  "setTimeout(() => abort.abort(), 10);",
  "const program = `setTimeout(() => process.exit(), 100)`;",
  'import { setTimeout as sleep } from "node:timers/promises";',
])("%s is a violation in a test", (source) => {
  for (const file of ["packages/core/test/init.test.ts", "packages/examples/hello-world/server.test.ts"])
    expect(sleeps(file, source)).toEqual([expect.stringContaining(file)]);
  expect(sleeps("packages/core/src/init.ts", source)).toEqual([]);
});

test.each(["setTimeout(respond);", "request.setTimeout(20, cancel);", 'vi.useFakeTimers({ toFake: ["setTimeout"] });'])(
  "%s is none in a test",
  (source) => {
    expect(sleeps("packages/core/test/init.test.ts", source)).toEqual([]);
  },
);

test.each([
  ["packages/core/src/config/identity.ts", "const pid = process.pid;"],
  ["packages/core/src/config/identity.ts", "const { env } = globalThis.process;"],
  ["packages/core/src/config/identity.ts", 'import { pid } from "node:process";'],
  ["packages/http-middleware/src/server/node.ts", "export const home = process.env['HOME'];"],
  ["packages/http-middleware/src/server/node.ts", 'const id = request.headers["X-B3-TraceId"];'],
  ["packages/http-middleware/src/server/node.ts", "const parent = request.headers.traceparent;"],
  ["packages/http-middleware/src/client/call.ts", "headers.set(`b3`, value);"],
  ["packages/core/src/init.ts", `${"\n".repeat(250)}export {};`],
])("%s: %s is a violation", (file, source) => {
  expect(violations(file, source)).toEqual([expect.stringContaining(file)]);
});

test.each([
  ["packages/core/src/init.ts", "const { env } = process;"],
  ["packages/http-middleware/src/register.ts", "const { env } = process;"],
  ["packages/core/src/config/resolved-config.ts", "const facts: { process: number } = { process: other.process };"],
  ["packages/http-middleware/src/attributes.ts", 'const tag = "guid:x-request-id";'],
])("%s: %s is none", (file, source) => {
  expect(violations(file, source)).toEqual([]);
});
