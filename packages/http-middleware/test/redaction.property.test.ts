/** No secret of a URL is in a span, wherever the URL came from. */
import { recordError } from "@meshtrace/core/adapter";
import { ROOT_CONTEXT, type Span } from "@opentelemetry/api";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Call } from "../src/client/call.js";
import { addressOfUrl, HttpRequest } from "../src/client/http-request.js";
import { finishClient, finishServer } from "../src/grpc/status.js";
import { setServerAttributes } from "../src/server/attributes.js";
import { finish } from "../src/server/outcome.js";
import { tracing } from "./client/target.js";

const SECRET = "S3CRET";
const part = fc
  .tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }))
  .map(([start, end]) => encodeURIComponent(start + SECRET + end));
const urls = fc
  .record({
    scheme: fc.constantFrom("http:", "https:"),
    userInfo: fc.option(
      fc.oneof(
        part,
        fc.tuple(part, part).map((pair) => pair.join(":")),
      ),
    ),
    host: fc.constantFrom("reviews:9080", "127.0.0.1:1", "[::1]:80"),
    path: fc.constantFrom("/", "/a/b", "/@a/b@1"),
    query: fc.option(fc.tuple(fc.constantFrom("q", "token", "X-Amz-Signature"), part).map((pair) => pair.join("="))),
  })
  .map(({ scheme, userInfo, host, path, query }) => {
    const authority = userInfo === null ? host : `${userInfo}@${host}`;
    return new URL(`${scheme}//${authority}${path}${query === null ? "" : `?${query}`}`);
  });

const messages = urls.chain((url) =>
  fc.constantFrom(
    `request to ${url} failed, reason: connect ECONNREFUSED`,
    `Failed to parse URL from ${url}`,
    `"${url}" and '${url}'`,
    `Request failed with status code 500 (Internal Server Error): GET ${url}`,
    `no route for ${url.pathname}${url.search}`,
    `//${url.href.slice(url.protocol.length + 2)}`,
    `at ${encodeURIComponent(url.href)}`,
  ),
);
const errors = messages.map((message) => {
  const error = new Error(message, { cause: new Error(message) });
  error.stack = `Error: ${message}\n    at f (file:///app/index.js:1:2)\n    at g (${message})`;
  return error;
});
const thrown = fc.oneof(
  errors,
  messages,
  messages.map((message) => ({ name: message, code: message, message, stack: message })),
);

/** Everything that a span exports. */
function exported(span: Span): string {
  const { name, attributes, events, links, status } = span as never;
  return JSON.stringify({ name, attributes, events, links, status });
}

const started = (): Span => tracing.tracer.startSpan("test", { root: true });

test("errors of servers", () => {
  fc.assert(
    fc.property(thrown, (error) => {
      const span = started();
      finish(span, { status: 500, complete: true, header: () => undefined }, { thrown: error, at: 1 });
      expect(exported(span)).toContain("exception.message");
      expect(exported(span)).not.toContain(SECRET);
    }),
  );
});

test("errors and URLs of calls", () => {
  fc.assert(
    fc.property(thrown, urls, (error, url) => {
      let span: Span | undefined;
      const address = addressOfUrl(url);
      if (address === undefined) throw new Error("a URL without address");
      const onRequest = (started: Span): void => {
        span = started;
      };
      Call.start(ROOT_CONTEXT, new HttpRequest("GET", address), new Map(), { onRequest }).fail(error);
      expect(exported(span as Span)).toContain("exception.message");
      expect(exported(span as Span)).not.toContain(SECRET);
    }),
  );
});

test("statuses of gRPC", () => {
  fc.assert(
    fc.property(messages, fc.constantFrom(finishServer, finishClient), (details, finishCall) => {
      const span = started();
      finishCall(span, { code: 2, details });
      expect(exported(span)).toContain("message");
      expect(exported(span)).not.toContain(SECRET);
    }),
  );
});

test("targets of requests, in each form", () => {
  const forms = urls.chain((url) =>
    fc.constantFrom(
      url.href,
      `${url.pathname}${url.search}`,
      `/proxy/${url.href}`,
      `/proxy/${encodeURIComponent(url.href)}`,
      `//${url.href.slice(url.protocol.length + 2)}`,
    ),
  );
  fc.assert(
    fc.property(forms, (target) => {
      const span = started();
      const getter = { get: () => undefined, keys: () => [] };
      setServerAttributes(span, { method: "GET", target, scheme: "http", host: "h", headers: {}, getter });
      expect(exported(span)).not.toContain(SECRET);
    }),
  );
});

test.each([
  ["an object without text", Object.create(null)],
  [
    "an object whose getters throw",
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
      },
    ),
  ],
  ["a symbol", Symbol("a")],
  ["null", null],
  ["undefined", undefined],
  ["an error whose members are no text", { message: "a", name: 1, stack: {}, code: {} }],
])("records %s without throwing", (_name, value) => {
  const span = started();
  recordError(span, value);
  expect(exported(span)).toContain("exception");
});
