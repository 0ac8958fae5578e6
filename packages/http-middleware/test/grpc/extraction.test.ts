/** The vectors of B3, sent as metadata. */
import { Metadata, status } from "@grpc/grpc-js";
import { type SpanContext, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { type HeaderValues, type VectorContext, vectors } from "../../../core/test/vectors.js";
import { tracingServerInterceptor } from "../../src/grpc/index.js";
import { spans } from "../client/target.js";
import { call, implementing } from "./calls.js";
import { clientOf, serve } from "./service.js";

interface Row {
  readonly name: string;
  readonly headers: HeaderValues;
  readonly expected: VectorContext | null;
}

/**
 * Names and values that arrive as they were sent: printable ASCII alone goes over gRPC, and HTTP/2
 * drops a header whose value has white space around it (RFC 9113, section 8.2.1).
 */
const rows = vectors<Row>("b3-extract.json").filter(({ headers }) =>
  Object.entries(headers).every(
    ([name, value]) => /^[a-z0-9_.-]+$/i.test(name) && [value].flat().every((one) => /^(?! )[ -~]*(?<! )$/.test(one)),
  ),
);

test("there are vectors", () => expect(rows.length).toBeGreaterThan(50));

test.each(rows)("$name", async ({ headers, expected }) => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) metadata.add(name, one);
  }
  const seen: (SpanContext | undefined)[] = [];
  const handlers = implementing(() => void seen.push(trace.getActiveSpan()?.spanContext()));
  const port = await serve(handlers, [tracingServerInterceptor()]);
  expect((await call(clientOf(`127.0.0.1:${port}`), "unary", metadata)).code).toBe(status.OK);
  const [active] = seen;
  if (expected?.traceId) expect(active?.traceId).toBe(expected.traceId);
  if (expected?.spanId) expect(active?.spanId).toBe(expected.spanId);
  expect(active?.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
  await spans(expected?.sampled === false ? 0 : 1);
});
