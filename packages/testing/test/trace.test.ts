import { tracedFetch } from "@meshtrace/http-middleware";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, test } from "vitest";
import { assertTrace, meshRequest, type TestTracing, testTracing } from "../src/index.js";
import { get, serve } from "./service.js";
import "../src/vitest.js";

let tracing: TestTracing;
beforeEach(() => {
  tracing = testTracing();
});

const tracer = trace.getTracer("app");
const work = (name: string, inside: () => void = () => {}): void =>
  tracer.startActiveSpan(name, (span) => {
    inside();
    span.end();
  });

describe("a recorded trace", () => {
  test("over two services of one process is one tree", async () => {
    await using time = await serve((_, response) => response.end("now"));
    await using front = await serve(async (_, response) => {
      await tracedFetch(`${time.url}/gettime`);
      response.end();
    });
    await get(`${front.url}/users/7`, meshRequest());
    await expect(tracing).toHaveTrace("SERVER GET /users/:id > CLIENT GET > GET /gettime");
    await expect(tracing).toHaveNoMistakes();
  });

  test("matches siblings in any order, and indented lines", async () => {
    work("job", () => {
      work("first", () => work("deep"));
      work("second");
    });
    await expect(tracing).toHaveTrace("job > (second, first > deep)");
    await expect(tracing).toHaveTrace(`
      job
        first
          deep
        second
    `);
    await expect(tracing).not.toHaveTrace("job > first > deep");
  });

  test("is waited for while spans are open", async () => {
    const span = tracer.startSpan("slow");
    const checked = expect(tracing).toHaveTrace("slow");
    span.end();
    await checked;
  });

  test("names a span that fails", async () => {
    tracer.startSpan("job").setStatus({ code: SpanStatusCode.ERROR, message: "broken" }).end();
    await expect(tracing).toHaveTrace("job [error]");
    await expect(assertTrace(tracing, "job")).rejects.toThrow(/unexpected error: `job` failed with broken/);
  });
});

describe("a failure", () => {
  const failure = (expected: string): Promise<string> =>
    assertTrace(tracing, expected).then(
      () => "passed",
      ({ message }: Error) => message,
    );

  test("prints both trees and the differences", async () => {
    work("job", () => work("SELECT"));
    expect(await failure("job > load > SELECT")).toBe(
      [
        "the trace was not recorded",
        "  - wrong parent: `SELECT` is below `job`, not below `load`",
        "  - missing span: `load` below `job`",
        "expected:",
        "  job",
        "    load",
        "      SELECT",
        "recorded:",
        "  job (INTERNAL)",
        "    SELECT (INTERNAL)",
      ].join("\n"),
    );
  });

  test.each([
    ["CLIENT job", "wrong kind: `job` is INTERNAL, not CLIENT"],
    ["job [error]", "error not recorded: the status of `job` is not an error"],
    ["other", "wrong name: `job` instead of `other`"],
    ["job > SELECT", "missing span: `SELECT` below `job`"],
  ])("of %s says what differs", async (expected, reason) => {
    work("job");
    expect(await failure(expected)).toContain(reason);
  });

  test("without any span says so", async () => {
    expect(await failure("job")).toContain("recorded:\n  no spans");
  });

  test.each(["", "  ", "a\nb", "a > "])("of the text %j is a TypeError", async (text) => {
    await expect(assertTrace(tracing, text)).rejects.toThrow(TypeError);
  });
});

test("IDs and the printed trace are the same in every run", async () => {
  work("job", () => work("SELECT"));
  expect(tracing.spans.map((span) => span.spanContext().spanId)).toEqual(["7e57000000000001", "7e57000000000002"]);
  expect(tracing.format()).toBe("job (INTERNAL)\n  SELECT (INTERNAL)");
});

describe("strict", () => {
  test("throws where a context is lost", async () => {
    tracing = testTracing({ strict: true });
    work("job", () => {
      expect(() => tracer.startSpan("SELECT", { root: true })).not.toThrow();
    });
    await using service = await serve((_, response) => {
      expect(() => tracer.startSpan("SELECT", { root: true })).toThrow(/context-lost: `SELECT`/);
      response.end();
    });
    await get(service.url, meshRequest());
  });

  test("ends with the next tracing that is not strict", async () => {
    tracing = testTracing({ strict: true });
    tracing = testTracing();
    await using service = await serve((_, response) => {
      tracer.startSpan("SELECT", { root: true }).end();
      response.end();
    });
    await get(service.url, meshRequest());
    await tracing.settled();
    expect(tracing.findings().map(({ rule }) => rule)).toEqual(["context-lost"]);
  });
});
