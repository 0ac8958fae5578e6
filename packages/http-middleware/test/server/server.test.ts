import { once } from "node:events";
import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing, requestId } from "@meshtrace/core";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import connect from "connect";
import express5 from "express";
import express4 from "express4";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tracedFetch, traceHandler, tracingMiddleware } from "../../src/index.js";

const memory = new InMemorySpanExporter();
const tracing = initTracing({ serviceName: "test", exporter: memory, shutdown: false, propagateTo: ["127.0.0.1"] });

const TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
const INCOMING = {
  "x-b3-traceid": TRACE,
  "x-b3-spanid": "e457b5a2e4d86bd1",
  "x-b3-parentspanid": "05e3ac9a4f6e3b90",
  "x-b3-sampled": "1",
  "x-request-id": "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7",
};

const servers: Server[] = [];
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
async function spans() {
  await new Promise((resolve) => setTimeout(resolve, 30));
  await tracing.flush();
  return memory.getFinishedSpans();
}
beforeEach(async () => {
  // Spans of the test before may still be on their way.
  await spans();
  memory.reset();
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe.each([
  ["node:http", (handler: RequestListener): RequestListener => traceHandler(handler)],
  [
    "Connect",
    (handler: RequestListener): RequestListener =>
      connect()
        .use(tracingMiddleware())
        .use(handler as never),
  ],
  [
    "Express 4",
    (handler: RequestListener): RequestListener =>
      express4()
        .use(tracingMiddleware() as never)
        .use(handler as never),
  ],
  [
    "Express 5",
    (handler: RequestListener): RequestListener =>
      express5()
        .use(tracingMiddleware())
        .use(handler as never),
  ],
])("%s", (_name, adapt) => {
  test("joins the caller's span, and a call carries the whole set on", async () => {
    let received: NodeJS.Dict<string | string[]> = {};
    const next = await serve((request, response) => {
      received = request.headers;
      response.end("there");
    });
    let active = "";
    const url = await serve(
      adapt(async (_request, response) => {
        active = trace.getActiveSpan()?.spanContext().spanId ?? "";
        await new Promise((resolve) => setTimeout(resolve, 1));
        expect(requestId(context.active())).toBe(INCOMING["x-request-id"]);
        response.end(await (await tracedFetch(next)).text());
      }),
    );
    expect(await (await fetch(url, { headers: INCOMING })).text()).toBe("there");
    expect(active).toBe(INCOMING["x-b3-spanid"]);
    const [client, server] = await spans();
    expect(received["x-b3-traceid"]).toBe(TRACE);
    expect(received["x-b3-spanid"]).toBe(client?.spanContext().spanId);
    expect(received["x-b3-parentspanid"]).toBe(INCOMING["x-b3-spanid"]);
    expect(received["x-request-id"]).toBe(INCOMING["x-request-id"]);
    expect(received["traceparent"]).toBeUndefined();
    expect(server?.attributes).toMatchObject({
      "http.request.method": "GET",
      "url.path": "/",
      "http.response.status_code": 200,
      "guid:x-request-id": INCOMING["x-request-id"],
    });
    // The exporter handed in gets the split: the shared ID is the parent.
    expect(server?.parentSpanContext?.spanId).toBe(INCOMING["x-b3-spanid"]);
  });

  test("context holds in the listeners of the request, and in timers", async () => {
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(trace.getActiveSpan()?.spanContext().traceId);
    const url = await serve(
      adapt((request, response) => {
        request.on("data", note);
        request.on("end", () =>
          setTimeout(() => {
            note();
            response.end();
          }, 1),
        );
      }),
    );
    await fetch(url, { method: "POST", body: "x".repeat(100_000), headers: INCOMING });
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set([TRACE]));
  });

  test("unsampled: nothing recorded, and the decision goes on", async () => {
    let sampled: unknown;
    const next = await serve((request, response) => {
      sampled = request.headers["x-b3-sampled"];
      response.end();
    });
    const url = await serve(adapt(async (_request, response) => void (await tracedFetch(next), response.end())));
    await fetch(url, { headers: { ...INCOMING, "x-b3-sampled": "0" } });
    expect(sampled).toBe("0");
    expect(await spans()).toHaveLength(0);
  });

  test("a probe is not recorded, and still forwards its headers as they came", async () => {
    let span: unknown;
    const next = await serve((request, response) => {
      span = request.headers["x-b3-spanid"];
      response.end();
    });
    const url = await serve(adapt(async (_request, response) => void (await tracedFetch(next), response.end())));
    await fetch(`${url}/healthz`, { headers: INCOMING });
    expect(span).toBe(INCOMING["x-b3-spanid"]);
    expect(await spans()).toHaveLength(0);
  });

  test("a client that goes away ends the span once, as an error", async () => {
    const url = await serve(adapt((_request, response) => void response.write("half")));
    const request = httpRequest(url, { headers: INCOMING });
    request.on("error", () => {});
    request.end();
    const [response] = await once(request, "response");
    response.on("error", () => {});
    request.destroy();
    const [server, ...more] = await spans();
    expect(more).toHaveLength(0);
    expect(server?.status.code).toBe(SpanStatusCode.ERROR);
    expect(server?.attributes["error.type"]).toBe("aborted");
  });

  test("garbage in the headers is served normally", async () => {
    const url = await serve(adapt((_request, response) => void response.end("fine")));
    const headers = { b3: "constructor", "x-b3-traceid": "zz", "x-b3-sampled": "maybe", traceparent: "00-0-0-0" };
    expect(await (await fetch(url, { headers })).text()).toBe("fine");
    expect(tracing.report().headersMalformed["b3"]).toBeGreaterThan(0);
  });
});

test.each([
  ["Express 4", express4 as unknown as typeof express5],
  ["Express 5", express5],
])("%s: the route is the name", async (_name, express) => {
  const router = express.Router().get("/users/:id", (_request, response) => void response.send("ok"));
  const url = await serve(express().use(tracingMiddleware()).use("/api", router));
  await fetch(`${url}/api/users/17?secret=1`);
  const [span] = await spans();
  expect(span?.name).toBe("GET /api/users/:id");
  expect(JSON.stringify(span?.attributes)).not.toContain("secret");
});

test("a redirect to a stranger's host carries none of our headers", async () => {
  const seen: Record<string, NodeJS.Dict<string | string[]>> = {};
  const stranger = (
    await serve((request, response) => {
      seen["stranger"] = request.headers;
      response.end("far");
    })
  ).replace("127.0.0.1", "localhost");
  const near = await serve((request, response) => {
    seen["near"] = request.headers;
    response.writeHead(302, { location: stranger }).end();
  });
  const url = await serve(
    traceHandler(
      async (_request, response) =>
        void response.end(await (await tracedFetch(near, { headers: { authorization: "x" } })).text()),
    ),
  );
  expect(await (await fetch(url, { headers: INCOMING })).text()).toBe("far");
  expect(seen["near"]?.["x-b3-traceid"]).toBe(TRACE);
  const names = Object.keys(seen["stranger"] ?? {});
  expect(names.filter((name) => /b3|trace|request-id|authorization/.test(name))).toEqual([]);
  expect(tracing.report().hostsNotPropagatedTo).toBeGreaterThan(0);
  expect((await spans()).map((span) => span.name)).toEqual(["GET", "GET", "GET"]);
});

test("a thrown error is recorded and thrown on; an unknown option is a TypeError that lists the right ones", async () => {
  const handler = traceHandler((_request, response) => {
    response.statusCode = 500;
    response.end();
    throw new RangeError("broken");
  });
  const url = await serve((request, response) => {
    expect(() => handler(request, response)).toThrow("broken");
  });
  await fetch(url);
  const [span] = await spans();
  expect(span?.events[0]?.attributes?.["exception.message"]).toBe("broken");
  expect(() => tracingMiddleware({ ignored: true } as never)).toThrow(/one of spanName, ignore/);
});

test("500 interleaved requests keep their own traces", async () => {
  const url = await serve(
    traceHandler(async (_request, response) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      response.end(trace.getActiveSpan()?.spanContext().traceId);
    }),
  );
  const one = async (index: number): Promise<void> => {
    const id = (index + 1).toString(16).padStart(32, "0");
    const response = await fetch(url, { headers: { ...INCOMING, "x-b3-traceid": id } });
    expect(await response.text()).toBe(id);
  };
  await Promise.all(Array.from({ length: 500 }, (_, index) => one(index)));
});
