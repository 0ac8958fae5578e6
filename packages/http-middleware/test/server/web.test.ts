import { SpanStatusCode, trace } from "@opentelemetry/api";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { traceWebHandler } from "../../src/server/adapters/web.js";
import { INCOMING, initialize, settled, spans, TRACE } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

const request = (path = "/items?secret=1", init: RequestInit = {}): Request =>
  new Request(`http://shop:8080${path}`, { headers: INCOMING, ...init });

test("joins the caller's span, and hands on what else the handler is given", async () => {
  let active: string | undefined;
  const handler = traceWebHandler(async (_request: Request, extra: { id: string }) => {
    await new Promise((resolve) => setImmediate(resolve));
    active = trace.getActiveSpan()?.spanContext().spanId;
    return new Response(extra.id);
  });
  const response = await handler(request(), { id: "7" });
  await spans(0);
  expect(await response.text()).toBe("7");
  expect(active).toBe(INCOMING["x-b3-spanid"]);
  const [span] = await spans(1);
  expect(span?.spanContext().traceId).toBe(TRACE);
  expect(span?.attributes).toMatchObject({
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "url.path": "/items",
    "url.scheme": "http",
    "server.address": "shop",
    "server.port": 8080,
  });
});

test("the response is the handler's own, unread and unlocked", async () => {
  const own = new Response("text");
  const response = await traceWebHandler(() => own)(request());
  expect(response).toBe(own);
  expect(response.bodyUsed).toBe(false);
  expect(response.body?.locked).toBe(false);
  await response.text();
  await spans(1);
});

test("no body ends the span at once; 500 is an error", async () => {
  await traceWebHandler(() => new Response(null, { status: 500 }))(request());
  expect((await spans(1))[0]?.attributes["error.type"]).toBe("500");
});

test("what is thrown comes out unchanged, and is recorded", async () => {
  const thrown = new TypeError("own");
  const handler = traceWebHandler(() => {
    throw thrown;
  });
  await expect(handler(request())).rejects.toBe(thrown);
  const [span] = await spans(1);
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: "own" });
  expect(span?.attributes["error.type"]).toBe("TypeError");
});

test("a body that fails is an error, and one that is cancelled was not complete", async () => {
  const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("broke")) });
  await expect((await traceWebHandler(() => new Response(failing))(request())).text()).rejects.toThrow("broke");
  const [span] = await spans(1);
  expect(span?.attributes["error.type"]).toBe("aborted");
});

test("the trace is named in the response where its headers may be changed", async () => {
  const options = { responseHeaders: ["x-trace-id"] } as const;
  const named = await traceWebHandler(() => new Response("x"), options)(request());
  expect(named.headers.get("x-trace-id")).toBe(TRACE);
  const redirect = await traceWebHandler(() => Response.redirect("http://shop/"), options)(request());
  expect(redirect.status).toBe(302);
});

test("a probe and an unknown option", async () => {
  await traceWebHandler(() => new Response("ok"))(request("/healthz"));
  await spans(0);
  expect(() => traceWebHandler(() => new Response(), { nme: 1 } as never)).toThrow(/unknown option nme/);
});
