/** The settings `ignore.*` of initTracing, which hold for every adapter. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { initTracing, type TracingOptions } from "@meshtrace/core";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { describe, expect, onTestFinished, test } from "vitest";
import { INCOMING, SPAN_ID, TRACE_ID } from "../../core/test/kit/incoming-headers.js";
import { tracedFetch, traceHandler } from "../src/index.js";

function start(ignore: NonNullable<TracingOptions["ignore"]>) {
  // One that was shut down takes no more spans.
  const memory = new InMemorySpanExporter();
  const tracing = initTracing({
    serviceName: "test",
    exporter: memory,
    shutdown: false,
    logLevel: "none",
    propagateTo: "all",
    ignore,
  });
  onTestFinished(async () => void (await tracing.shutdown()));
  return {
    tracing,
    names: async (): Promise<string[]> => {
      await tracing.flush();
      return memory.getFinishedSpans().map(({ name }) => name);
    },
  };
}

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler).listen(0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A server that keeps the headers of its requests. */
async function target(): Promise<{ port: number; received: IncomingHttpHeaders[] }> {
  const received: IncomingHttpHeaders[] = [];
  const port = await serve(({ headers }, response) => {
    received.push(headers);
    response.end();
  });
  return { port, received };
}

const get = async (url: string): Promise<void> => void (await (await fetch(url, { headers: INCOMING })).text());

describe("ignore.paths", () => {
  test.each([
    ["/status", true],
    ["/status?verbose", true],
    ["/internal/a/b", true],
    ["/internal/", true],
    ["/status/more", false],
    ["/internal", false],
    ["/other", false],
    ["/healthz", true],
  ])("%s is ignored: %s", async (path, ignored) => {
    const { tracing, names } = start({ paths: ["/status", "/internal/*"] });
    const port = await serve(traceHandler((_, response) => response.end()));
    await get(`http://127.0.0.1:${port}${path}`);
    expect(await names()).toEqual(ignored ? [] : ["GET"]);
    expect(tracing.report().requests.forwarded).toBe(ignored ? 1 : 0);
  });

  test("an ignored request still forwards its headers", async () => {
    const { names } = start({ paths: ["/*"] });
    const { port: next, received } = await target();
    const port = await serve(
      traceHandler(async (_, response) => {
        await tracedFetch(`http://127.0.0.1:${next}/`);
        response.end();
      }),
    );
    await get(`http://127.0.0.1:${port}/a`);
    expect(received).toEqual([expect.objectContaining({ "x-b3-traceid": TRACE_ID, "x-b3-spanid": SPAN_ID })]);
    expect(await names()).toEqual([]);
  });

  test("the option of an adapter takes precedence", async () => {
    const { names } = start({ paths: ["/*"] });
    const port = await serve(traceHandler((_, response) => response.end(), { ignore: () => false }));
    await get(`http://127.0.0.1:${port}/a`);
    expect(await names()).toEqual(["GET"]);
  });
});

describe("ignore.hosts", () => {
  test.each([
    ["127.0.0.1", true],
    ["*.0.0.1", true],
    [/^127/, true],
    ["localhost", false],
  ])("with %s, a call to 127.0.0.1 is left alone: %s", async (host, alone) => {
    const { names } = start({ hosts: [host] });
    const { port: next, received } = await target();
    const port = await serve(
      traceHandler(async (_, response) => {
        await tracedFetch(`http://127.0.0.1:${next}/`, { headers: { "x-request-id": "mine" } });
        response.end();
      }),
    );
    await get(`http://127.0.0.1:${port}/a`);
    expect(await names()).toEqual(alone ? ["GET"] : ["GET", "GET"]);
    expect(received[0]?.["x-b3-traceid"]).toBe(alone ? undefined : TRACE_ID);
    expect(received[0]?.["x-request-id"]).toEqual(alone ? "mine" : expect.any(String));
  });
});

describe("ignore.callsWithoutParent", () => {
  test("records calls of requests and spans, and no others", async () => {
    const { tracing, names } = start({ callsWithoutParent: true });
    const { port, received } = await target();
    const url = `http://127.0.0.1:${port}/`;
    await tracedFetch(url);
    expect(await names()).toEqual([]);
    expect(received[0]?.["x-b3-traceid"]).toBeUndefined();
    await tracing.tracer.startActiveSpan("job", async (span) => {
      await tracedFetch(url);
      span.end();
    });
    expect(await names()).toEqual(["GET", "job"]);
    await tracedFetch(url, { headers: INCOMING });
    expect(await names()).toEqual(["GET", "job", "GET"]);
  });

  test("is off by default", async () => {
    const { names } = start({});
    const { port } = await target();
    await tracedFetch(`http://127.0.0.1:${port}/`);
    expect(await names()).toEqual(["GET"]);
  });
});
