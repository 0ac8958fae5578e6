/** Which spellings of a host are propagation targets. */
import { describe, expect, test } from "vitest";
import { propagates } from "../../src/client/targets.js";

describe("mesh", () => {
  test.each([
    "reviews.",
    "Reviews",
    "reviews.default.svc.cluster.local.",
    "REVIEWS.default.svc",
    "[::ffff:10.0.0.1]",
    "[::ffff:a00:1]",
    "[::FFFF:192.168.1.1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "10.0.0.1.",
    "[::1]",
    "[FD00::1]",
  ])("%s receives headers", (host) => expect(propagates(host, "mesh")).toBe(true));

  test.each([
    "example.com.",
    "[::ffff:8.8.8.8]",
    "[::ffff:808:808]",
    "[2001:db8::1]",
    ".",
    "",
    "svc.example.com",
    "8.8.8.8.",
  ])("%s receives none", (host) => expect(propagates(host, "mesh")).toBe(false));
});

test.each([
  ["partner.example.", ["partner.example"], true],
  ["Partner.example", ["partner.example."], true],
  ["a.partner.example.", ["*.Partner.example"], true],
  ["partner.example.", ["*.partner.example"], false],
  ["[::ffff:203.0.113.9]", ["203.0.113.9"], true],
  ["203.0.113.9", ["[::ffff:203.0.113.9]"], true],
  ["203.0.113.9", ["::ffff:cb00:7109"], true],
  ["203.0.113.90", ["203.0.113.9"], false],
  ["partner.example.", [/^partner\.example$/], true],
  ["reviews.", ["mesh"], true],
] as const)("%s, targets %s: %s", (host, targets, expected) => expect(propagates(host, targets)).toBe(expected));

test("a function is called with the canonical name", () => {
  const hosts: string[] = [];
  propagates("[::ffff:A00:1]", (host) => hosts.push(host) > 0);
  propagates("Reviews.", (host) => hosts.push(host) > 0);
  expect(hosts).toEqual(["10.0.0.1", "reviews"]);
});
