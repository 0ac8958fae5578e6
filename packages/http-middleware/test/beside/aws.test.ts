/** OpenTelemetry's instrumentation of the AWS SDK beside ours: one chain, an intact signature. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SpanKind } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../../../core/test/kit/incoming-headers.js";

interface SpanLine {
  readonly kind: SpanKind;
  readonly scope: string;
  readonly id: string;
  readonly parent?: string;
  readonly traceId: string;
}

interface Received {
  readonly rawHeaders: readonly string[];
  readonly body: { readonly MessageAttributes: Readonly<Record<string, { readonly StringValue: string }>> };
}

const APP = fileURLToPath(new URL("aws.cjs", import.meta.url));
const TRACE_HEADERS = ["x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-request-id"];

test.each(["register", "adapters"])("a message over SQS, with %s", { timeout: 120_000 }, async (mode) => {
  const env = { ...process.env, OTEL_TRACES_EXPORTER: "none", NODE_OPTIONS: "" };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [APP, mode], { env });
  const { text, spans, received } = JSON.parse(stdout) as { text: string; spans: SpanLine[]; received: Received[] };
  expect(text).toBe("sent");

  const childOf = (parent: string | undefined, kind: SpanKind): SpanLine | undefined =>
    spans.find((span) => span.parent === parent && span.kind === kind);
  const server = childOf(OTHER_SPAN_ID, SpanKind.SERVER);
  const producer = childOf(server?.id, SpanKind.PRODUCER);
  const call = childOf(producer?.id, SpanKind.CLIENT);
  expect([server, producer, call].map((span) => span?.traceId)).toEqual(Array(3).fill(OTHER_TRACE_ID));
  expect(spans.filter(({ kind }) => kind === SpanKind.CLIENT)).toHaveLength(1);
  expect(producer?.scope).toBe("aws-sdk");

  const [request] = received;
  const names = request?.rawHeaders.filter((_, index) => index % 2 === 0) ?? [];
  const value = (name: string): string | undefined => request?.rawHeaders[names.indexOf(name) * 2 + 1];
  for (const name of TRACE_HEADERS) {
    expect(names.filter((one) => one.toLowerCase() === name)).toEqual([name]);
    expect(value("authorization")).not.toContain(name);
  }
  expect(value("x-b3-spanid")).toBe(call?.id);
  expect(request?.body.MessageAttributes["x-b3-spanid"]?.StringValue).toBe(producer?.id);
  expect(Object.keys(request?.body.MessageAttributes ?? {}).sort()).toEqual([...TRACE_HEADERS].sort());
  expect(stderr).not.toContain("trace the same");
});
