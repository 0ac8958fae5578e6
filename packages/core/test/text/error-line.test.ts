import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { errorLine } from "../../src/text/error-line.js";

test("an error is one line: name, message, and where it was thrown", () => {
  expect(errorLine(new TypeError("wrong"))).toMatch(/^TypeError: wrong \(at .*error-line\.test\.ts:\d+:\d+\)$/);
  expect(errorLine(runInNewContext("new RangeError('other realm')"))).toMatch(/^RangeError: other realm \(at /);
});

test("credentials of URLs and control characters are removed, also from the frames", () => {
  const error = new Error(
    "GET http://bob:S3CRET@host/?token=S3CRET failed\n    at http://bob:S3CRET@fake:1:1\u001b[2J",
  );
  error.stack = `Error: ${error.message}\n    at load (http://bob:S3CRET@host/app.js?k=S3CRET:1:2)\n    at other`;
  const line = errorLine(error);
  expect(line).not.toContain("S3CRET");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(line).not.toMatch(/[\u0000-\u001f]/);
  expect(line).toMatch(/^Error: GET http:.* failed\\x0a/);
});

test.each([
  ["text", "no error", "no error"],
  ["nothing", undefined, "undefined"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["an object without a message", { a: 1 }, "[object Object]"],
  ["an object without a prototype", Object.create(null), "an error that cannot be read"],
  ["a message that is no text", { message: 7 }, "[object Object]"],
])("%s that was thrown is text, too", (_name, thrown, expected) => {
  expect(errorLine(thrown)).toBe(expected);
});

test("an error whose getters throw is text, too", () => {
  const hostile = {
    get message() {
      throw new Error("no");
    },
  };
  expect(errorLine(hostile)).toBe("an error that cannot be read");
});

test("a long message is cut", () => {
  expect(errorLine("x".repeat(5000))).toHaveLength(1003);
});
