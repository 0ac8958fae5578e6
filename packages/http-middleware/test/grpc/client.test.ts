import { type CallOptions, InterceptingCall, type Interceptor, Metadata, status } from "@grpc/grpc-js";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { type GrpcCallOptions, type GrpcClientOptions, tracingClientInterceptor } from "../../src/grpc/index.js";
import { INCOMING, inRequest, spans, TRACE, TRACING_HEADER } from "../client/target.js";
import { call, implementing, type ServerSide } from "./calls.js";
import { clientOf, KINDS, METHODS, type ReviewsClient, serve } from "./service.js";

/**
 * A client of a service that keeps what it got. `host`: `localhost` is a stranger's here, and
 * `127.0.0.1` is not.
 */
async function calling(
  options?: GrpcClientOptions,
  work: (call: ServerSide) => unknown = () => {},
  host = "127.0.0.1",
): Promise<[ReviewsClient, Metadata[]]> {
  const received: Metadata[] = [];
  const port = await serve(
    implementing((stream) => {
      received.push(stream.metadata);
      return work(stream);
    }),
    [],
  );
  return [clientOf(`${host}:${port}`, [tracingClientInterceptor(options)]), received];
}

/** As a typed client takes it. */
const UNTRACED = { deadline: Number.POSITIVE_INFINITY, tracing: false } as CallOptions & GrpcCallOptions;

const namesOf = (metadata: Metadata | undefined): string[] => Object.keys(metadata?.getMap() ?? {});
const tracingOf = (metadata: Metadata | undefined): string[] =>
  namesOf(metadata).filter((name) => TRACING_HEADER.test(name));

describe.each(KINDS)("%s", (kind) => {
  test("one CLIENT span, whose IDs the next service gets", async () => {
    const [client, received] = await calling();
    const outcome = await inRequest(() => call(client, kind, new Metadata()));
    expect(outcome.code).toBe(0);
    expect(outcome.messages).toEqual(kind === "unary" || kind === "clientStream" ? ["done"] : ["one", "two"]);
    const [span] = await spans(1);
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.name).toBe(`shop.Reviews/${METHODS[kind]}`);
    expect(span?.attributes).toMatchObject({
      "rpc.system": "grpc",
      "rpc.service": "shop.Reviews",
      "rpc.method": METHODS[kind],
      "rpc.grpc.status_code": 0,
      "server.address": "127.0.0.1",
      "server.port": expect.any(Number),
      "network.peer.address": "127.0.0.1",
      "network.peer.port": span?.attributes["server.port"],
      "network.protocol.name": "http",
      "network.protocol.version": "2",
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(received[0]?.getMap()).toMatchObject({
      "x-b3-traceid": TRACE,
      "x-b3-spanid": span?.spanContext().spanId,
      "x-b3-parentspanid": INCOMING["x-b3-spanid"],
      "x-b3-sampled": "1",
      "x-request-id": INCOMING["x-request-id"],
    });
    expect(received[0]?.get("traceparent")).toEqual([]);
  });

  test("the caller's span is the current one in callbacks and listeners", async () => {
    const seen: (string | undefined)[] = [];
    const [client] = await calling();
    const note = (): void => void seen.push(trace.getActiveSpan()?.spanContext().spanId);
    // Warm: the connection that the second call uses was made elsewhere.
    await call(client, kind, new Metadata());
    await inRequest(() => call(client, kind, new Metadata(), {}, note));
    await spans(2);
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set([INCOMING["x-b3-spanid"]]));
  });

  test("each status but OK is an error", async () => {
    const refused = Object.assign(new Error("not there"), { code: status.NOT_FOUND });
    const [client] = await calling({}, () => Promise.reject(refused));
    expect((await call(client, kind, new Metadata())).code).toBe(status.NOT_FOUND);
    const [span] = await spans(1);
    expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.NOT_FOUND);
    expect(span?.attributes["error.type"]).toBe("NOT_FOUND");
    expect(span?.attributes["network.peer.port"]).toBe(span?.attributes["server.port"]);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: "not there" });
  });

  test("a deadline that passes ends the span once", async () => {
    const [client] = await calling({}, () => new Promise(() => {}));
    const outcome = await call(client, kind, new Metadata(), { deadline: Date.now() + 100 });
    expect(outcome.code).toBe(status.DEADLINE_EXCEEDED);
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("DEADLINE_EXCEEDED");
  });

  test("a call that its caller cancels is no error, and ends the span once", async () => {
    let arrived = (): void => {};
    const atServer = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const [client] = await calling({}, () => {
      arrived();
      return new Promise(() => {});
    });
    const unary = kind === "unary" || kind === "clientStream";
    const streams = kind === "clientStream" || kind === "bidi";
    const args = streams ? [new Metadata()] : ["a request", new Metadata()];
    const made = client[kind](...args, ...(unary ? [() => {}] : []));
    made.on("error", () => {});
    if (!unary) made.on("data", () => {});
    if (streams) made.end();
    await atServer;
    made.cancel();
    made.cancel();
    const [span] = await spans(1);
    expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.CANCELLED);
    expect(span?.attributes["error.type"]).toBeUndefined();
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.events.map(({ name }) => name)).toEqual(["call cancelled"]);
  });

  test("a call that the server cancels is an error", async () => {
    const cancelled = Object.assign(new Error("the server gave up"), { code: status.CANCELLED });
    const [client] = await calling({}, () => Promise.reject(cancelled));
    await call(client, kind, new Metadata());
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("CANCELLED");
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test.each([400, 17, -1])("status %d, which gRPC does not have, is UNKNOWN", async (code) => {
    const [client] = await calling({}, () => Promise.reject(Object.assign(new Error("no"), { code })));
    await call(client, kind, new Metadata());
    const [span] = await spans(1);
    expect(span?.attributes).toMatchObject({ "rpc.grpc.status_code": status.UNKNOWN, "error.type": "UNKNOWN" });
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test("no server", async () => {
    const client = clientOf("127.0.0.1:1", [tracingClientInterceptor()]);
    expect((await call(client, kind, new Metadata())).code).toBe(status.UNAVAILABLE);
    const [span] = await spans(1);
    expect(span?.attributes["error.type"]).toBe("UNAVAILABLE");
  });

  test("`{ tracing: false }`: as if tracing were not there", async () => {
    const [client, received] = await calling();
    await inRequest(() => call(client, kind, new Metadata(), UNTRACED));
    expect(tracingOf(received[0])).toEqual([]);
    await spans(0);
  });
});

test("binary metadata of the mesh goes on byte for byte", async () => {
  const bytes = Buffer.from([0, 1, 2, 250, 251, 252, 253, 254, 255]);
  const [client, received] = await calling();
  await inRequest(() => call(client, "unary", new Metadata()), {
    ...INCOMING,
    "grpc-trace-bin": bytes.toString("base64"),
  });
  expect(received[0]?.get("grpc-trace-bin")).toEqual([bytes]);
  await spans(1);
});

test("a value that gRPC cannot send is left out, and the rest is not", async () => {
  const [client, received] = await calling();
  await inRequest(() => call(client, "unary", new Metadata()), { ...INCOMING, "x-ot-span-context": "caf\xe9" });
  expect(received[0]?.get("x-ot-span-context")).toEqual([]);
  expect(received[0]?.get("x-b3-traceid")).toEqual([TRACE]);
  await spans(1);
});

test("a stranger gets nothing of the mesh's, from copied metadata either, and its own metadata stays", async () => {
  const [client, received] = await calling({}, () => {}, "localhost");
  const copied = new Metadata();
  for (const [name, value] of Object.entries(INCOMING)) copied.set(name, value);
  copied.set("tenant", "blue");
  await inRequest(() => call(client, "unary", copied));
  expect(tracingOf(received[0])).toEqual([]);
  expect(received[0]?.get("tenant")).toEqual(["blue"]);
  await spans(1);
});

test("the caller's metadata stays as it was", async () => {
  const [client] = await calling();
  const own = new Metadata();
  own.set("x-b3-spanid", "1111111111111111");
  await inRequest(() => call(client, "unary", own));
  expect(own.getMap()).toEqual({ "x-b3-spanid": "1111111111111111" });
  await spans(1);
});

test("options of one call stand over the client's", async () => {
  const [client, received] = await calling({ propagateTo: "none" });
  await inRequest(() => call(client, "unary", new Metadata()));
  await inRequest(() => call(client, "unary", new Metadata(), { tracing: { propagateTo: "all" } }));
  expect(received.map((metadata) => tracingOf(metadata).length > 0)).toEqual([false, true]);
  await spans(2);
  expect(() => client.unary("", new Metadata(), { tracing: { connectionEvents: true } }, () => {})).toThrow(TypeError);
});

test("hooks, names and captured metadata; what is ignored carries the headers on", async () => {
  const receivedValue: unknown[] = [];
  const [client, received] = await calling({
    spanName: ({ service, method }) => `${method} of ${service}`,
    ignore: ({ metadata }) => metadata.get("quiet").length > 0,
    onRequest: (span, { path }) => void span.setAttribute("path", path),
    onResponse: (_span, { method }, { code }) => void receivedValue.push(method, code),
    captureHeaders: { request: ["tenant"], response: ["content-type"] },
  });
  const metadata = new Metadata();
  metadata.set("tenant", "blue");
  await inRequest(() => call(client, "unary", metadata));
  metadata.set("quiet", "yes");
  await inRequest(() => call(client, "unary", metadata));
  expect(received[1]?.get("x-b3-spanid")).toEqual([INCOMING["x-b3-spanid"]]);
  const [span] = await spans(1);
  expect(span?.name).toBe("Unary of shop.Reviews");
  expect(span?.attributes).toMatchObject({
    path: "/shop.Reviews/Unary",
    "rpc.grpc.request.metadata.tenant": ["blue"],
    "rpc.grpc.response.metadata.content-type": ["application/grpc+proto"],
  });
  expect(receivedValue).toEqual(["Unary", 0]);
});

test("a hook that throws harms no call", async () => {
  const broken = (): never => {
    throw new Error("a hook's own");
  };
  const [client] = await calling({ spanName: broken, ignore: broken, onRequest: broken, onResponse: broken });
  expect((await call(client, "unary", new Metadata())).code).toBe(0);
  const [span] = await spans(1);
  expect(span?.name).toBe("shop.Reviews/Unary");
});

test("a request that cannot be written is an error, and the callback gets it", async () => {
  const [client, received] = await calling();
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const error = await new Promise<{ code: number }>((resolve) => client.unary(circular, resolve));
  expect(error.code).toBe(status.INTERNAL);
  expect(received).toEqual([]);
  const [span] = await spans(1);
  expect(span?.attributes["error.type"]).toBe("INTERNAL");
});

test("other interceptors stand before and behind it", async () => {
  const adding: Interceptor = (options, next) =>
    new InterceptingCall(next(options), {
      start(metadata, listener, start) {
        metadata.set("added", "yes");
        start(metadata, listener);
      },
    });
  const received: Metadata[] = [];
  const port = await serve(
    implementing(({ metadata }) => void received.push(metadata)),
    [],
  );
  const client = clientOf(`127.0.0.1:${port}`, [adding, tracingClientInterceptor(), adding]);
  for (const kind of KINDS) await inRequest(() => call(client, kind, new Metadata()));
  expect(received.map((metadata) => metadata.get("added"))).toEqual(KINDS.map(() => ["yes"]));
  expect(received.map((metadata) => metadata.get("x-b3-traceid"))).toEqual(KINDS.map(() => [TRACE]));
  await spans(4);
});
