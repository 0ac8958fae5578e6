import { expect, test } from "vitest";
import { ConsoleLogger } from "../../src/runtime/console-logger.js";

function logged(...parts: unknown[]): string {
  const lines: string[] = [];
  new ConsoleLogger((line) => lines.push(line)).warn(...parts);
  return lines.join("\n");
}

test("each level is written", () => {
  const lines: string[] = [];
  const logger = new ConsoleLogger((line) => lines.push(line));
  logger.error("e");
  logger.warn("w");
  logger.info("i");
  logger.debug("d");
  logger.verbose("v");
  expect(lines).toEqual(["e", "w", "i", "d", "v"]);
});

test("credentials of any part are masked", () => {
  const line = logged(
    "to http://bob:S3CRET@host/?key=S3CRET, password=S3CRET",
    new Error("from https://bob:S3CRET@host/"),
    { authorization: "S3CRET", url: "http://bob:S3CRET@host" },
  );
  expect(line).not.toContain("S3CRET");
  expect(line).toContain("host");
});

test("a service name with a scope beside one URL is no user info", () => {
  const line = "meshtrace: spans of @shop/reviews go to jaeger at http://jaeger:14268/api/traces";
  expect(logged(line)).toBe(line);
});

test("control characters are escaped, and a line break forges no line", () => {
  expect(logged("one\u001b[2J\nmeshtrace: forged\r\nmore")).toBe("one\\x1b[2J\n  meshtrace: forged\n  more");
  expect(logged(new Error("a\nb"))).toMatch(/^Error: a\\x0ab/);
  expect(logged({ text: "a\u009bb" })).toBe('{"text":"a\\x9bb"}');
});

test("values that cannot be read are logged by their type", () => {
  const hostile = {
    get member() {
      throw new Error("no");
    },
  };
  expect(logged("value", hostile, undefined, 7n)).toMatch(/^value \S+ undefined bigint$/);
});
