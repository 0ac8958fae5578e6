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

describe("probes", () => {
  const getter = { get: (headers: Record<string, string>, name: string) => headers[name], keys: () => [] };
  const probe = (method: string, target: string, agent: string, peer?: string): boolean =>
    isProbe({
      method,
      target,
      scheme: "http",
      host: undefined,
      headers: { "user-agent": agent },
      getter,
      peer,
    } as never);

  test.each([
    ["GET", "/healthz", "curl", undefined, true],
    ["HEAD", "/metrics", "curl", "8.8.8.8", true],
    ["POST", "/healthz", "curl", "10.0.0.1", false],
    ["GET", "/orders", "kube-probe/1.36", "10.0.0.1", true],
    ["GET", "/orders", "kube-probe/1.36", "::ffff:127.0.0.6", true],
    ["GET", "/orders", "kube-probe/1.36", "fd00::1", true],
    ["GET", "/orders", "kube-probe/1.36", "172.32.0.1", false],
    ["GET", "/orders", "kube-probe/1.36", "8.8.8.8", false],
    ["GET", "/orders", "kube-probe/1.36", undefined, false],
  ])("%s %s by %s from %s: %s", (method, target, agent, peer, expected) => {
    expect(probe(method, target, agent, peer)).toBe(expected);
  });
});
