/** What real Envoys handed to an app, through the whole of extract, join and inject. */
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { CONTEXT_HEADERS, PASS_THROUGH } from "../../src/headers/names.js";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { isDebug, isShared } from "../../src/tracer/shared-span.js";
import { createProvider } from "../provider.js";
import type { Readable } from "../spans.js";
import { vectors } from "../vectors.js";

interface Row {
  layout: string;
  hop: string;
  request: string;
  headers: Record<string, string>;
}

/**
 * What the headers say, read without our parsers: the layout tells which families its mesh keeps
 * fresh.
 */
function said({ layout, headers }: Row) {
  const [, w3cTrace = "", w3cSpan = "", flags = ""] = headers["traceparent"]?.split("-") ?? [];
  if (layout.includes("otel-provider")) {
    const ids = { traceId: w3cTrace, spanId: w3cSpan, parentId: undefined };
    return { b3: false, w3c: true, ...ids, decided: true, sampled: flags === "01", debug: false };
  }
  const [trace = "", span = "", state, parent] = headers["b3"]?.split("-") ?? [
    headers["x-b3-traceid"],
    headers["x-b3-spanid"],
    headers["x-b3-sampled"],
    headers["x-b3-parentspanid"],
  ];
  const debug = headers["x-b3-flags"] === "1" || state === "d";
  return {
    b3: true,
    w3c: w3cSpan === span,
    traceId: trace,
    spanId: span,
    parentId: parent,
    decided: debug || state !== undefined,
    // Without a decision the local sampler of this test says yes.
    sampled: debug || state !== "0",
    debug,
  };
}

const rows = vectors<Row>("envoy-headers.json").filter(({ hop }) => hop.endsWith("app"));
const propagator = new MeshPropagator();

describe.each(rows)("$layout, $hop, $request", (row) => {
  const { headers } = row;
  const came = said(row);
  const provider = createProvider({
    // Where the mesh has decided, a local sampler that says the opposite must have no effect.
    local: came.decided && came.sampled ? "always_off" : "always_on",
  });
  const tracer = provider.getTracer("test");
  const incoming = propagator.extract(ROOT_CONTEXT, headers);
  const server = tracer.startSpan("server", { kind: SpanKind.SERVER }, incoming) as Readable;
  const inside = trace.setSpan(incoming, server);
  const client = tracer.startSpan("client", { kind: SpanKind.CLIENT }, inside) as Readable;
  const sent: Record<string, string> = {};
  propagator.inject(trace.setSpan(inside, client), sent);
  const { spanId } = client.spanContext();

  test("the app's span is at the right place", () => {
    const own = server.spanContext();
    expect(own.traceId).toBe(came.traceId.padStart(32, "0"));
    expect(server.isRecording()).toBe(came.sampled);
    if (came.b3) {
      expect(own.spanId).toBe(came.spanId);
      expect(server.parentSpanContext?.spanId).toBe(came.parentId);
    } else {
      expect(own.spanId).not.toBe(came.spanId);
      expect(server.parentSpanContext?.spanId).toBe(came.spanId);
    }
    expect(isShared(server)).toBe(came.b3 && came.decided && came.sampled);
    expect(isDebug(server)).toBe(came.debug);
    expect(client.parentSpanContext?.spanId).toBe(own.spanId);
  });

  test("a call carries the fresh family, and nothing of a stale one", () => {
    const context = Object.fromEntries(Object.entries(sent).filter(([name]) => CONTEXT_HEADERS.includes(name)));
    const state = headers["tracestate"];
    const others = state === "" ? undefined : state?.replace(/meshtrace=[0-9a-f]{16},?/, "") || undefined;
    const mark = `meshtrace=${spanId}`;
    const w3c = came.w3c && {
      traceparent: `00-${came.traceId.padStart(32, "0")}-${spanId}-0${came.sampled ? 1 : 0}`,
      ...(came.b3 ? { tracestate: others ? `${mark},${others}` : mark } : others ? { tracestate: others } : {}),
    };
    const b3 = came.b3 && {
      "x-b3-traceid": came.traceId,
      "x-b3-spanid": spanId,
      "x-b3-parentspanid": server.spanContext().spanId,
      "x-b3-sampled": came.sampled ? "1" : "0",
      ...(came.debug ? { "x-b3-flags": "1" } : {}),
    };
    expect(context).toEqual({ ...b3, ...w3c });
  });

  test("of the other headers the pass-through set goes on, byte for byte, and no more", () => {
    const others = Object.entries(sent).filter(([name]) => !CONTEXT_HEADERS.includes(name));
    const passed = Object.entries(headers).filter(([name, value]) => PASS_THROUGH.includes(name) && value !== "");
    expect(Object.fromEntries(others)).toEqual(Object.fromEntries(passed));
    expect(sent["x-request-id"]).toBe(headers["x-request-id"]);
  });

  test("a copied header bag keeps nothing stale", () => {
    const copied = { ...headers };
    propagator.inject(trace.setSpan(inside, client), copied);
    expect(copied).toEqual({
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !CONTEXT_HEADERS.includes(name))),
      ...sent,
    });
  });
});
