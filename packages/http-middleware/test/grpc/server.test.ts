import { Metadata, ServerInterceptingCall, type ServerInterceptor, status } from "@grpc/grpc-js";
import { requestId } from "@meshtrace/core";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { turns } from "../../../core/test/kit/turns.js";
import { type GrpcServerOptions, tracingServerInterceptor } from "../../src/grpc/index.js";
import { INCOMING, spans, TRACE } from "../client/target.js";
import { call, implementing, type ServerSide } from "./calls.js";
import { clientOf, KINDS, METHODS, REVIEWS, type ReviewsClient, serve } from "./service.js";

/** The metadata of a request that came through the mesh. */
function incoming(more: Record<string, string> = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries({ ...INCOMING, ...more })) metadata.set(name, value);
  return metadata;
}

async function serving(
  work: (call: ServerSide) => unknown,
  options?: GrpcServerOptions,
  ...others: ServerInterceptor[]
): Promise<ReviewsClient> {
  const port = await serve(implementing(work), [tracingServerInterceptor(options), ...others]);
  return clientOf(`127.0.0.1:${port}`);
}

const failing = (code: number, details: string) => () =>
  Promise.reject(Object.assign(new Error(details), { code, details }));

describe.each(KINDS)("%s", (kind) => {
  test("joins the caller's span, and says what was called", async () => {
    let active: string | undefined;
    let id: string | undefined;
    const client = await serving(() => {
      active = trace.getActiveSpan()?.spanContext().spanId;
      id = requestId(context.active());
    });
    const { code } = await call(client, kind, incoming());
    expect(code).toBe(status.OK);
    expect(active).toBe(INCOMING["x-b3-spanid"]);
    expect(id).toBe(INCOMING["x-request-id"]);
    const [span] = await spans(1);
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.name).toBe(`shop.Reviews/${METHODS[kind]}`);
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.parentSpanContext?.spanId).toBe(INCOMING["x-b3-spanid"]);
    expect(span?.attributes).toMatchObject({
      "rpc.system": "grpc",
      "rpc.service": "shop.Reviews",
      "rpc.method": METHODS[kind],
      "rpc.grpc.status_code": 0,
      "server.address": "127.0.0.1",
      "server.port": expect.any(Number),
      "client.address": "127.0.0.1",
      "network.peer.address": "127.0.0.1",
      "network.peer.port": expect.any(Number),
      "network.protocol.name": "http",
      "network.protocol.version": "2",
      "guid:x-request-id": INCOMING["x-request-id"],
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test("context holds after await, in timers and in the events of a stream", async () => {
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(trace.getActiveSpan()?.spanContext().traceId);
    const client = await serving(async (stream) => {
      note();
      stream.on("finish", note);
      await new Promise((resolve) => setTimeout(resolve));
      note();
    });
    await call(client, kind, incoming());
    await spans(1);
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(new Set(seen)).toEqual(new Set([TRACE]));
  });

  test("a client that cancels ends the span once, and it is no error of the server's", async () => {
    let began = (): void => {};
    const begun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const traces: (string | undefined)[] = [];
    const client = await serving(async (stream) => {
      began();
      await new Promise<void>((resolve) =>
        stream.on("cancelled", () => {
          traces.push(trace.getActiveSpan()?.spanContext().traceId);
          resolve();
        }),
      );
    });
    const streams = kind === "clientStream" || kind === "bidi";
    const unary = kind === "unary" || kind === "clientStream";
    const args = streams ? [incoming()] : ["a request", incoming()];
    const made = client[kind](...args, ...(unary ? [() => {}] : []));
    made.on("error", () => {});
    if (streams) made.end();
    await begun;
    made.cancel();
    const [span] = await spans(1);
    expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.CANCELLED);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(traces).toEqual([TRACE]);
  });

  test("a deadline that passes is an error of the server's", async () => {
    const client = await serving(() => new Promise(() => {}));
    const metadata = incoming();
    // The server's own clock, which a client whose deadline is later does not forestall.
    metadata.set("grpc-timeout", "50m");
    await call(client, kind, metadata);
    const [span] = await spans(1);
    expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.DEADLINE_EXCEEDED);
    expect(span?.attributes["error.type"]).toBe("DEADLINE_EXCEEDED");
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test.each([
    [status.UNKNOWN, true],
    [status.INVALID_ARGUMENT, false],
    [status.NOT_FOUND, false],
    [status.PERMISSION_DENIED, false],
    [status.UNIMPLEMENTED, true],
    [status.INTERNAL, true],
    [status.UNAVAILABLE, true],
    [status.DATA_LOSS, true],
    [status.UNAUTHENTICATED, false],
  ])("status %i is an error: %s", async (code, error) => {
    const client = await serving(failing(code, "so it is"));
    expect((await call(client, kind, incoming())).code).toBe(code);
    const [span] = await spans(1);
    expect(span?.attributes["rpc.grpc.status_code"]).toBe(code);
    expect(span?.status).toEqual(error ? { code: SpanStatusCode.ERROR, message: "so it is" } : { code: 0 });
    expect(span?.attributes["error.type"]).toBe(error ? status[code] : undefined);
  });

  test.each([400, 17, -1])("status %d, which gRPC does not have, is UNKNOWN", async (code) => {
    const client = await serving(failing(code, "no such status"));
    await call(client, kind, incoming());
    const [span] = await spans(1);
    expect(span?.attributes).toMatchObject({ "rpc.grpc.status_code": status.UNKNOWN, "error.type": "UNKNOWN" });
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: "no such status" });
  });
});

test("a handler that throws is answered by grpc-js, and is an error", async () => {
  const port = await serve(
    {
      unary: () => {
        throw new Error("broken");
      },
    } as never,
    [tracingServerInterceptor()],
  );
  const { code } = await call(clientOf(`127.0.0.1:${port}`), "unary", incoming());
  expect(code).toBe(status.UNKNOWN);
  const [span] = await spans(1);
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.UNKNOWN);
});

test("a request that cannot be read is an error, which no handler saw", async () => {
  const port = await serve(
    implementing(() => {}),
    [tracingServerInterceptor()],
  );
  const client = clientOf(`127.0.0.1:${port}`);
  const code = await new Promise((resolve) => {
    const raw = (): Buffer => Buffer.from("{");
    client.makeUnaryRequest("/shop.Reviews/Unary", raw, raw, "", incoming(), {}, (error: { code: number }) =>
      resolve(error.code),
    );
  });
  expect(code).toBe(status.INTERNAL);
  const [span] = await spans(1);
  expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.INTERNAL);
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
});

test("what another interceptor refuses is seen, and it runs in the trace", async () => {
  let active: string | undefined;
  const refusing: ServerInterceptor = (_method, next) =>
    new ServerInterceptingCall(next, {
      start: (start) =>
        start({
          onReceiveMetadata() {
            active = trace.getActiveSpan()?.spanContext().traceId;
            next.sendStatus({ code: status.UNAUTHENTICATED, details: "who are you?" });
          },
        }),
    });
  const client = await serving(() => {}, {}, refusing);
  expect((await call(client, "unary", incoming())).code).toBe(status.UNAUTHENTICATED);
  const [span] = await spans(1);
  expect(span?.attributes["rpc.grpc.status_code"]).toBe(status.UNAUTHENTICATED);
  expect(active).toBe(TRACE);
});

test("unsampled: nothing is recorded", async () => {
  let sampled: number | undefined;
  const client = await serving(() => {
    sampled = trace.getActiveSpan()?.spanContext().traceFlags;
  });
  await call(client, "unary", incoming({ "x-b3-sampled": "0" }));
  expect(sampled).toBe(0);
  await spans(0);
});

test("the health service, which kubelets call, is not recorded; its context holds; a caller cannot choose that", async () => {
  const active: (string | undefined)[] = [];
  const handlers = implementing(() => void active.push(trace.getActiveSpan()?.spanContext().spanId));
  const { path, ...rest } = { path: "/grpc.health.v1.Health/Check", requestStream: false, responseStream: false };
  const bytes = (): Buffer => Buffer.from('""');
  const check = {
    ...rest,
    path,
    requestSerialize: bytes,
    requestDeserialize: String,
    responseSerialize: bytes,
    responseDeserialize: String,
  };
  const port = await serve({ unary: handlers["unary"] as never }, [tracingServerInterceptor()], { unary: check });
  await call(clientOf(`127.0.0.1:${port}`, [], { unary: check }), "unary", incoming());
  expect(active).toEqual([INCOMING["x-b3-spanid"]]);
  const callValue = await serve(handlers, [tracingServerInterceptor()]);
  const kubelet = clientOf(`127.0.0.1:${callValue}`, [], REVIEWS, { "grpc.primary_user_agent": "kube-probe/1.34" });
  await call(kubelet, "unary", incoming());
  expect(active).toHaveLength(2);
  await spans(1);
});

test("hooks, names, captured metadata and the trace in the answer", async () => {
  const received: unknown[] = [];
  const client = await serving(() => {}, {
    spanName: ({ method }) => `reviews: ${method}`,
    onRequest: (span, { service, metadata }) => void span.setAttribute("got", `${service} ${metadata.get("tenant")}`),
    onResponse: (_span, { path }, { code }) => void received.push(path, code),
    captureHeaders: { request: ["Tenant"] },
    responseHeaders: ["x-trace-id"],
  });
  const head = await new Promise<Metadata>((resolve) => {
    client.unary("a request", incoming({ tenant: "blue" }), () => {}).on("metadata", resolve);
  });
  expect(head.get("x-trace-id")).toEqual([TRACE]);
  const [span] = await spans(1);
  expect(span?.name).toBe("reviews: Unary");
  expect(span?.attributes["got"]).toBe("shop.Reviews blue");
  expect(span?.attributes["rpc.grpc.request.metadata.tenant"]).toEqual(["blue"]);
  expect(received).toEqual(["/shop.Reviews/Unary", 0]);
});

test("an answer that is only a status names the trace as well", async () => {
  const metadata = new Metadata();
  metadata.set("reason", "none");
  const refused = Object.assign(new Error("no"), { code: status.NOT_FOUND, metadata });
  const client = await serving(() => Promise.reject(refused), {
    responseHeaders: ["x-trace-id"],
    captureHeaders: { response: ["reason"] },
  });
  const outcome = await call(client, "unary", incoming());
  expect(outcome.metadata?.get("x-trace-id")).toEqual([TRACE]);
  expect(outcome.metadata?.get("reason")).toEqual(["none"]);
  expect(metadata.get("x-trace-id")).toEqual([]);
  const [span] = await spans(1);
  expect(span?.attributes["rpc.grpc.response.metadata.reason"]).toEqual(["none"]);
});

test("a hook that throws harms no call", async () => {
  const broken = (): never => {
    throw new Error("a hook's own");
  };
  const client = await serving(() => {}, { spanName: broken, ignore: broken, onRequest: broken, onResponse: broken });
  expect((await call(client, "bidi", incoming())).code).toBe(status.OK);
  const [span] = await spans(1);
  expect(span?.name).toBe("shop.Reviews/Bidi");
});

test("trust: ignored, or restarted with a link", async () => {
  const ignoring = await serving(() => {}, { trust: "ignore" });
  await call(ignoring, "unary", incoming());
  const restarting = await serving(() => {}, { trust: "restart" });
  await call(restarting, "unary", incoming());
  const [ignored, restarted] = await spans(2);
  expect(ignored?.spanContext().traceId).not.toBe(TRACE);
  expect(ignored?.links).toEqual([]);
  expect(restarted?.spanContext().traceId).not.toBe(TRACE);
  expect(restarted?.links[0]?.context.traceId).toBe(TRACE);
});

test.each(["continue", "restart", "ignore"] as const)("the address of the client with trust %s", async (trust) => {
  const client = await serving(() => {}, { trust });
  await call(client, "unary", incoming({ "x-forwarded-for": "203.0.113.9, 10.0.0.1" }));
  const [span] = await spans(1);
  expect(span?.attributes["client.address"]).toBe(trust === "continue" ? "203.0.113.9" : "127.0.0.1");
});

test("bad metadata is served normally, in a trace of its own", async () => {
  const client = await serving(() => {});
  const { code } = await call(client, "unary", incoming({ "x-b3-traceid": "constructor" }));
  expect(code).toBe(status.OK);
  const [span] = await spans(1);
  expect(span?.spanContext().traceId).not.toBe(TRACE);
});

test("500 calls at once keep their own traces", async () => {
  const client = await serving(async ({ metadata }) => {
    await turns(Math.random() * 5);
    expect(trace.getActiveSpan()?.spanContext().traceId).toBe(metadata.get("x-b3-traceid")[0]);
  });
  const traces = Array.from({ length: 500 }, (_, index) => index.toString(16).padStart(32, "a"));
  const outcomes = await Promise.all(
    traces.map((id, index) => call(client, KINDS[index % 4] ?? "unary", incoming({ "x-b3-traceid": id }))),
  );
  expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([status.OK]));
  const finished = await spans(500);
  expect(new Set(finished.map((span) => span.spanContext().traceId))).toEqual(new Set(traces));
});

test("an unknown option is an error that lists the right ones", () => {
  const wrong = { spanname: () => "" } as GrpcServerOptions;
  expect(() => tracingServerInterceptor(wrong)).toThrow(/unknown option spanname; one of spanName, .*trust/);
  expect(() => tracingServerInterceptor({ captureQuery: true } as GrpcServerOptions)).toThrow(TypeError);
});
