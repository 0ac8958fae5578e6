/**
 * Do no harm: each row is a behaviour of an app, run in a process without tracing and with each
 * form of tracing. What the app logs, and its order, must be the same.
 */
import { expect, test } from "vitest";
import { BARE, nameOf, runChild, TRACED } from "./run-child.js";

type Logs = Readonly<Record<string, object>>;

async function logsOf(mode: typeof BARE): Promise<Logs> {
  const { code, stdout, stderr } = await runChild("run-rows.mjs", mode, []);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

const MIN_ROWS = 90;
let bare: Promise<Logs> | undefined;

test("every row logs something, and none fails without tracing", async () => {
  bare = logsOf(BARE);
  const rows = Object.entries(await bare);
  expect(rows.length).toBeGreaterThanOrEqual(MIN_ROWS);
  for (const [name, log] of rows) {
    expect(Object.keys(log), name).not.toEqual([]);
    expect(log, name).not.toHaveProperty("row");
  }
});

test.each(TRACED.map((mode) => [nameOf(mode), mode] as const))("%s", async (_name, mode) => {
  const [expected, logs] = [await bare, await logsOf(mode)];
  for (const name of Object.keys(expected ?? {})) expect.soft(logs[name], name).toEqual(expected?.[name]);
});
