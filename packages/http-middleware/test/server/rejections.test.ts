/**
 * What becomes of a handler's rejection: the same as without tracing, in processes that may end of
 * it.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const app = fileURLToPath(new URL("rejections-app.cjs", import.meta.url));

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Ending {
  const { status, stdout, stderr } = spawnSync(process.execPath, [app, ...args], { encoding: "utf8" });
  return { code: status, stdout, stderr: stderr.replaceAll(/^.*node:.*$/gm, "") };
}

const CALLERS = ["crash", "listener", "caught", "returned"];

for (const wrapper of ["traceHandler", "traceStream", "traceUpgrade"]) {
  test.each(CALLERS)(`${wrapper}, %s`, { timeout: 60_000 }, (caller) => {
    for (const moment of ["at once", "later"]) {
      const bare = run("bare", wrapper, caller, moment, "1");
      expect(bare.stdout + bare.stderr).toContain("rejected on purpose");
      expect(bare.code).toBe(caller === "crash" ? 1 : 0);
      for (const way of ["traced", "traced twice"]) expect(run(way, wrapper, caller, moment, "1")).toEqual(bare);
      expect(run("traced", wrapper, caller, moment, "0")).toEqual(bare);
    }
  });
}
