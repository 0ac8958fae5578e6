import { ROOT_CONTEXT, type Span } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { recordError } from "../../src/adapter.js";
import type { ReadableSpan } from "../../src/tracer/readable-span.js";
import { createProvider } from "../provider.js";

const tracer = createProvider().getTracer("test");
const stackOf = (record: (span: Span) => void): string => {
  const span = tracer.startSpan("a", {}, ROOT_CONTEXT);
  record(span);
  return String((span as unknown as ReadableSpan).events[0]?.attributes?.["exception.stacktrace"]);
};
const recorded = (error: unknown): string => stackOf((span) => span.recordException(error as Error));

test("type, message, code and stack of each cause follow the stack trace, the nearest first", () => {
  const root = Object.assign(new RangeError("root"), { code: "E_ROOT" });
  const stack = recorded(new Error("outer", { cause: new TypeError("middle", { cause: root }) }));
  expect(stack).toMatch(
    /^Error: outer\n.*exception-causes[\s\S]*\nCaused by: TypeError: middle\n +at [\s\S]*\nCaused by: \[E_ROOT\] RangeError: root\n/,
  );
});

test("the errors of an AggregateError, causes that are no errors, and a message that changed", () => {
  const changed = new Error("before");
  changed.message = "after";
  const stack = recorded(
    new AggregateError([new Error("first", { cause: "text" }), 7, { message: "odd" }, changed], "all"),
  );
  for (const part of ["Error: first", "Caused by: text", "Caused by: 7", "Caused by: odd", "Caused by: Error: after"]) {
    expect(stack).toContain(part);
  }
});

test("a circle, a long chain, long texts and getters that throw have an end", () => {
  const circle: Error & { cause?: unknown } = new Error("circle");
  circle.cause = new Error("back", { cause: circle });
  expect(recorded(circle).match(/Caused by/g)).toHaveLength(1);
  let chain: unknown = new Error("x".repeat(10_000));
  for (let depth = 0; depth < 50; depth += 1)
    chain = new Error(`depth ${depth} ${"x".repeat(10_000)}`, { cause: chain });
  expect(recorded(chain).match(/Caused by/g)).toHaveLength(8);
  expect(recorded(chain).length).toBeLessThan(50_000);
  const hostile = Object.defineProperty(new Error("hostile"), "cause", {
    get() {
      throw new Error("a getter");
    },
  });
  expect(recorded(hostile)).not.toContain("Caused by");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(recorded(new Error("revoked", { cause: proxy }))).toContain("Caused by");
});

test("credentials of causes are redacted where those of errors are", () => {
  const cause = new Error("connect to https://user:S3CRET@host/?token=S3CRET failed");
  const stack = stackOf((span) => recordError(span, new Error("outer", { cause })));
  expect(stack).toContain("Caused by: Error: connect to https://");
  expect(stack).not.toContain("S3CRET");
});
