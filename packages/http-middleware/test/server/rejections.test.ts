/**
 * What becomes of a handler's rejection: the same as without tracing. A crash ends its process; the
 * rows that end none share one.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const app = fileURLToPath(new URL("rejections-app.cjs", import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Row = readonly [wrapper: string, caller: string, moment: string];

function run(way: string, sampled: string, rows: readonly Row[]): Promise<Ending> {
  return new Promise((resolve) => {
    const args = [app, way, sampled, ...rows.map((row) => JSON.stringify(row))];
    const child = execFile(process.execPath, args, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr: stderr.replaceAll(/^.*node:.*$/gm, "") }),
    );
  });
}

async function expectSameEnding(rows: readonly Row[], code: number): Promise<void> {
  const [bare, ...traced] = await Promise.all([
    run("bare", "1", rows),
    run("traced", "1", rows),
    run("traced twice", "1", rows),
    run("traced", "0", rows),
  ]);
  expect(bare.code).toBe(code);
  expect((bare.stdout + bare.stderr).match(/(caught|unhandled|Error:) rejected on purpose/g)).toHaveLength(rows.length);
  for (const ending of traced) expect(ending).toEqual(bare);
}

const rowsOf = (callers: readonly string[]): Row[] =>
  ["traceHandler", "traceStream", "traceUpgrade"].flatMap((wrapper) =>
    callers.flatMap((caller) => ["at once", "later"].map((moment): Row => [wrapper, caller, moment])),
  );

test("a rejection that the app handles is as without tracing", () =>
  expectSameEnding(rowsOf(["listener", "caught", "returned"]), 0));

test.each(rowsOf(["crash"]))("%s, %s %s: the process ends as without tracing", (...row) => expectSameEnding([row], 1));
