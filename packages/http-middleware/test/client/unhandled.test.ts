/**
 * A call whose promise no one handles ends as without tracing: watching it does not handle it. Uses
 * the built packages.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const APP = fileURLToPath(new URL("unhandled-app.mjs", import.meta.url));

function run(sampler: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const env = { ...process.env, OTEL_TRACES_SAMPLER: sampler };
  const { status, stdout, stderr } = spawnSync(process.execPath, [APP, ...args], { env, encoding: "utf8" });
  return { code: status, out: stdout.trim(), err: stderr };
}

const FETCH_FAILED = ["TypeError: fetch failed"];

describe.each(["always_on", "always_off"])("%s", (sampler) => {
  test("each call has one unhandled rejection, or its error is thrown", () => {
    const { code, out } = run(sampler, "count");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      "bare fetch": FETCH_FAILED,
      tracedFetch: FETCH_FAILED,
      "tracedFetch, not traced": FETCH_FAILED,
      "tracedFetch of a Request": FETCH_FAILED,
      "tracedFetch of an invalid URL": ["TypeError: Failed to parse URL from http://["],
      "tracedFetch.from a fake": ["TypeError: fake failed"],
      "tracedFetch.from a fake, not traced": ["TypeError: fake failed"],
      "tracedFetch.from undici's": FETCH_FAILED,
      "undici request": ["SocketError: other side closed"],
      "http request": ["Error: socket hang up"],
      "http request without a listener": ["thrown: Error: socket hang up"],
    });
  });

  test.each(["bare fetch", "tracedFetch", "tracedFetch.from a fake"])("%s: the process ends with code 1", (way) => {
    const { code, out, err } = run(sampler, "crash", way);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/TypeError: (fetch|fake) failed/);
  });
});
