import { beforeEach, describe, expect, test } from "vitest";
import { MESH_LAYOUTS, type MeshLayout, meshRequest, type TestTracing, testTracing } from "../src/index.js";
import { get, serve } from "./service.js";
import "../src/vitest.js";

let tracing: TestTracing;
beforeEach(() => {
  tracing = testTracing();
});

describe.each(MESH_LAYOUTS)("a request of layout %s", (layout) => {
  test("is joined when it is sampled", async () => {
    await using service = await serve((_, response) => response.end());
    const request = meshRequest({ layout });
    await get(`${service.url}/users/7`, request);
    await expect(tracing).toHaveTrace("SERVER GET /users/:id");
    await expect(tracing).toHaveNoMistakes();
    const [span] = tracing.spans;
    expect(span?.spanContext().traceId.endsWith(request.traceId)).toBe(true);
    const { spanId } = request;
    expect([span?.spanContext().spanId, span?.parentSpanContext?.spanId]).toContain(spanId);
  });

  test("makes no span when it is not sampled", async () => {
    await using service = await serve((_, response) => response.end());
    await get(service.url, meshRequest({ layout, sampled: false }));
    expect(tracing.spans).toEqual([]);
  });
});

test("every request has IDs of its own, and those of one request fit together", () => {
  const [one, other] = [meshRequest({ layout: "ambient" }), meshRequest({ layout: "ambient" })];
  expect(one.traceId).not.toBe(other.traceId);
  expect(one.requestId).not.toBe(other.requestId);
  expect(one.traceId.endsWith(one.headers["x-b3-parentspanid"] as string)).toBe(true);
  expect(one.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(one.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-9[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});

test("further headers override the mesh's", () => {
  const { headers } = meshRequest({ headers: { "X-Request-Id": "mine", accept: "text/plain" } });
  expect(headers).toMatchObject({ "x-request-id": "mine", accept: "text/plain" });
});

test("an unknown layout is a TypeError that names those there are", () => {
  expect(() => meshRequest({ layout: "none" as MeshLayout })).toThrow(/layout is one of sidecar, .*, not none/);
});
