import { setImmediate as turn } from "node:timers/promises";
import { tracedFetch } from "@meshtrace/http-middleware";
import { context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, test } from "vitest";
import { type FindingRule, meshRequest, type TestTracing, testTracing } from "../src/index.js";
import { get, serve, serveUntraced } from "./service.js";
import "../src/vitest.js";

let tracing: TestTracing;
beforeEach(() => {
  tracing = testTracing();
});

const tracer = trace.getTracer("app");
const query = (): Span => tracer.startSpan("SELECT");
const upstream = (): Promise<AsyncDisposable & { url: string }> => serveUntraced((_, response) => response.end("ok"));

interface Mistake {
  readonly rule: FindingRule;
  readonly says: RegExp;
  readonly make: () => Promise<void>;
}

/** Sends one request to a service. */
async function once(
  handler: Parameters<typeof serve>[0],
  request: { headers: Readonly<Record<string, string>> } = meshRequest(),
): Promise<void> {
  await using service = await serve(handler);
  await get(`${service.url}/users/7`, request);
}

const kept: { context?: ReturnType<typeof context.active>; headers?: Record<string, string> } = {};

const MISTAKES: Record<string, Mistake> = {
  "a span that never ends": {
    rule: "span-never-ended",
    says: /`SELECT` has not ended/,
    make: () =>
      once((_, response) => {
        query();
        response.end();
      }),
  },
  "a missing await": {
    rule: "ended-after-parent",
    says: /`SELECT` was running when its parent `work` ended: await/,
    make: () =>
      once(async (_, response) => {
        let finish = (): void => {};
        await tracer.startActiveSpan("work", async (work) => {
          const span = query();
          finish = () => span.end();
          work.end();
        });
        finish();
        response.end();
      }),
  },
  "a context that a timer kept": {
    rule: "started-after-parent-ended",
    says: /`SELECT` started after its parent `GET \/users\/:id` had ended/,
    async make() {
      await once((_, response) => {
        kept.context = context.active();
        response.end();
      });
      await tracing.settled();
      context.with(kept.context ?? ROOT_CONTEXT, () => query().end());
    },
  },
  "a lost context": {
    rule: "context-lost",
    says: /`SELECT` began a trace of its own while `GET \/users\/:id` was being served/,
    make: () =>
      once((_, response) => {
        context.with(ROOT_CONTEXT, () => query().end());
        response.end();
      }),
  },
  "a request that two middlewares trace": {
    rule: "double-server-span",
    says: /`GET` is a second SERVER span inside `GET \/users\/:id`/,
    make: () =>
      once((_, response) => {
        tracer.startSpan("GET", { kind: SpanKind.SERVER }).end();
        response.end();
      }),
  },
  "a call that two instrumentations trace": {
    rule: "double-call-span",
    says: /`GET` is a second CLIENT span inside `call`/,
    async make() {
      await using target = await upstream();
      await once(async (_, response) => {
        const span = tracer.startSpan("call", { kind: SpanKind.CLIENT });
        await context.with(trace.setSpan(context.active(), span), () => tracedFetch(target.url));
        span.end();
        response.end();
      });
    },
  },
  "a span that is ended twice": {
    rule: "ended-twice",
    says: /`SELECT` was ended more than once/,
    make: () =>
      once((_, response) => {
        const span = query();
        span.end();
        span.end();
        response.end();
      }),
  },
  "an attribute after the end": {
    rule: "changed-after-end",
    says: /setAttribute\(\) was called on `SELECT` after its end/,
    make: () =>
      once((_, response) => {
        const span = query();
        span.end();
        span.setAttribute("db.rows", 1);
        response.end();
      }),
  },
  "an attribute that is a function": {
    rule: "attribute-refused",
    says: /attribute user of `SELECT` was refused/,
    make: () =>
      once((_, response) => {
        query()
          .setAttribute("user", (() => 7) as never)
          .end();
        response.end();
      }),
  },
  "a value in a name": {
    rule: "value-in-name",
    says: /the name `load user 4711` contains 4711/,
    make: () =>
      once((_, response) => {
        tracer.startSpan("load user 4711").end();
        response.end();
      }),
  },
  "an exception without an error status": {
    rule: "error-not-recorded",
    says: /`SELECT` has an exception but no error status/,
    make: () =>
      once((_, response) => {
        const span = query();
        span.recordException(new Error("broken"));
        span.end();
        response.end();
      }),
  },
  "an error that passes unrecorded": {
    rule: "error-not-recorded",
    says: /`work` ended without an error although `SELECT` inside and `GET \/users\/:id` around it failed/,
    make: () =>
      once((_, response) => {
        tracer.startActiveSpan("work", (work) => {
          query().setStatus({ code: SpanStatusCode.ERROR }).end();
          work.end();
        });
        response.writeHead(500).end();
      }),
  },
  "a missing middleware": {
    rule: "request-not-traced",
    says: /meshRequest\(\{ layout: "sidecar" \}\) .* has no SERVER span: the middleware is missing/,
    async make() {
      await using service = await upstream();
      await get(service.url, meshRequest());
    },
  },
  "headers that were removed before the middleware": {
    rule: "request-not-joined",
    says: /`GET \/users\/:id` began a new trace instead of joining/,
    async make() {
      const { headers } = meshRequest();
      const others = Object.entries(headers).filter(([name]) => !name.startsWith("x-b3-"));
      await once((_, response) => response.end(), { headers: Object.fromEntries(others) });
    },
  },
  "a span of another library": {
    rule: "request-not-joined",
    says: /`GET` is in the mesh's trace but not at the span of the mesh/,
    async make() {
      const { traceId } = meshRequest();
      const caller = { traceId, spanId: "00f067aa0ba902b7", traceFlags: 1, isRemote: true };
      tracer.startSpan("GET", { kind: SpanKind.SERVER }, trace.setSpanContext(ROOT_CONTEXT, caller)).end();
    },
  },
  "an expected trace of an unsampled request": {
    rule: "request-not-sampled",
    says: /has sampled: false, so no spans are recorded/,
    make: () => once((_, response) => response.end(), meshRequest({ sampled: false })),
  },
  "a call with a client that is not traced": {
    rule: "headers-dropped",
    says: /GET http:\/\/127\.0\.0\.1:\d+\/ inside `GET \/users\/:id` left without trace headers: use tracedFetch/,
    async make() {
      await using target = await upstream();
      await once(async (_, response) => {
        await get(`${target.url}/`);
        response.end();
      });
    },
  },
  "headers written by hand without the request ID": {
    rule: "request-id-dropped",
    says: /does not carry x-request-id /,
    async make() {
      await using target = await upstream();
      await once(async (_, response) => {
        const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? { traceId: "", spanId: "" };
        await get(target.url, { headers: { "x-b3-traceid": traceId, "x-b3-spanid": spanId } });
        response.end();
      });
    },
  },
  "headers of an earlier request": {
    rule: "headers-of-another-trace",
    says: /carries trace \w+ instead of \w+: its headers were kept from another request/,
    async make() {
      await using target = await upstream();
      const { headers } = meshRequest();
      await once((_, response) => response.end(), { headers });
      await once(async (_, response) => {
        await get(target.url, { headers });
        response.end();
      });
    },
  },
  "headers that are copied by hand": {
    rule: "headers-copied",
    says: /carries the headers of the incoming request and has no span/,
    async make() {
      await using target = await upstream();
      const request = meshRequest();
      await once(async (_, response) => {
        await get(target.url, request);
        response.end();
      }, request);
    },
  },
  "a span that another instrumentation made": {
    rule: "two-tracing-libraries",
    says: /`GET` was made by @opentelemetry\/instrumentation-http/,
    async make() {
      trace.getTracer("@opentelemetry/instrumentation-http").startSpan("GET", { kind: SpanKind.SERVER }).end();
    },
  },
};

describe("each mistake is named in one line", () => {
  test.each(Object.entries(MISTAKES))("%s", async (_, { rule, says, make }) => {
    await make();
    await turn();
    const found = tracing.findings().filter((finding) => finding.rule === rule);
    expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
    expect(found[0]?.message).not.toContain("\n");
  });

  test("the same mistake is not named where it is allowed", async () => {
    tracing = testTracing({ allow: ["context-lost"] });
    await MISTAKES["a lost context"]?.make();
    await expect(tracing).toHaveNoMistakes();
  });
});

test("a service without mistakes has none", async () => {
  await using target = await serve((_, response) => response.end("ok"));
  await once(async (_, response) => {
    await tracer.startActiveSpan("work", async (work) => {
      query().setAttribute("db.rows", 1).end();
      await get(`${target.url}/`, undefined);
      work.end();
    });
    response.end();
  });
  const found = tracing.findings().map(({ rule }) => rule);
  expect(found).toEqual(["headers-dropped"]);
});
