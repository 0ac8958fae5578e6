import { describe, expect, test } from "vitest";
import { propagates } from "../src/client/targets.js";
import { isProbe } from "../src/server/probes.js";
import { pathOf, queryOf } from "../src/server/request-target.js";

describe("a request target", () => {
  test.each([
    ["/a/b?c=d?e", "/a/b", "c=d?e"],
    ["/", "/", undefined],
    ["/?", "/", ""],
    ["*", "*", undefined],
    ["http://user:secret@host:8080/a?b", "/a", "b"],
    ["HTTP://host", "/", undefined],
    ["http://host?b", "/", "b"],
    ["//host/a", "//host/a", undefined],
    ["/a?next=http://user:secret@host/b", "/a", "next=http://user:secret@host/b"],
    ["host:443", "host:443", undefined],
  ])("%s", (target, path, query) => {
    expect(pathOf(target)).toBe(path);
    expect(queryOf(target)).toBe(query);
  });

  test("a probe in absolute-form is one", () => {
    const getter = { get: () => undefined, keys: () => [] };
    const arrival = { method: "GET", scheme: "http", host: undefined, headers: {}, getter } as const;
    expect(isProbe({ ...arrival, target: "http://user:secret@pod:8080/healthz" })).toBe(true);
    expect(isProbe({ ...arrival, target: "http://healthz/other" })).toBe(false);
  });
});

test("an expression with /g or /y matches each time, and not every second", () => {
  for (const expression of [/reviews/g, /reviews/y]) {
    const answers = [1, 2, 3].map(() => propagates("reviews", [expression]));
    expect(answers).toEqual([true, true, true]);
  }
});
