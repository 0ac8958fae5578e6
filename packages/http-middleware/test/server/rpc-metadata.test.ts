/** The place on a request's context where OpenTelemetry's instrumentations write the route. */
import { context, createContextKey, type Span, trace } from "@opentelemetry/api";
import express from "express";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { traceHandler, tracingMiddleware } from "../../src/index.js";
import { ask } from "./asking.js";
import { INCOMING, initialize, listen, settled, spans } from "./service.js";

beforeAll(() => void initialize());
beforeEach(settled);

const RPC_METADATA = createContextKey("OpenTelemetry SDK Context Key RPC_METADATA");

interface RpcMetadata {
  readonly type: string;
  readonly span: Span;
  route?: unknown;
}

const metadata = (): RpcMetadata | undefined => context.active().getValue(RPC_METADATA) as RpcMetadata | undefined;

async function routeWith(written: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const server = await listen(
    traceHandler((_request, response) => {
      const server = trace.getActiveSpan();
      // An instrumentation of a framework makes spans of its own around the handlers.
      context.with(trace.setSpan(context.active(), trace.getTracer("framework").startSpan("layer")), () => {
        const found = metadata();
        expect(found?.type).toBe("http");
        expect(found?.span).toBe(server);
        if (found !== undefined) found.route = written;
      });
      response.end();
    }),
  );
  await ask(server, "/users/7", { headers });
  await server.close();
  const [span] = await spans(1);
  expect(span?.name).toBe(typeof written === "string" && written !== "" ? `GET ${written}` : "GET");
  return span?.attributes["http.route"];
}

test("names a route where no adapter reads routes", async () => {
  expect(await routeWith("/users/:id")).toBe("/users/:id");
});

test("is there for a request that continues a trace", async () => {
  expect(await routeWith("/users/:id", INCOMING)).toBe("/users/:id");
});

test.each([undefined, "", 7, null])("a route of %j names nothing", async (written) => {
  expect(await routeWith(written)).toBeUndefined();
});

test("middleware of Express names no request", async () => {
  const app = express().use(tracingMiddleware());
  app.use((_request, _response, next) => {
    const found = metadata();
    if (found !== undefined) found.route = "/";
    next();
  });
  const server = await listen(app);
  await ask(server, "/nowhere");
  await server.close();
  expect((await spans(1))[0]?.attributes["http.route"]).toBeUndefined();
});

test("is not there where nothing is recorded", async () => {
  let found: unknown = "not asked";
  const server = await listen(
    traceHandler((_request, response) => {
      found = metadata();
      response.end();
    }),
  );
  await ask(server, "/", { headers: { b3: "0" } });
  await server.close();
  expect(found).toBeUndefined();
});
