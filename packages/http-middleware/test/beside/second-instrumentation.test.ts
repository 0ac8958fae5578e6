/**
 * OpenTelemetry's instrumentations of http, undici and grpc beside ours: headers go out once, and a
 * request joins once.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SpanKind } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { OTHER_SPAN_ID, OTHER_TRACE_ID } from "../../../core/test/kit/incoming-headers.js";

interface Reported {
  readonly received: readonly Record<string, string[]>[];
  readonly spans: readonly { kind: SpanKind; scope: string; id: string; parent?: string; traceId: string }[];
}

const APP = fileURLToPath(new URL("app.cjs", import.meta.url));
const ORDERS = ["register-otel", "otel-register", "adapters-otel", "otel-adapters"];
const CLIENTS = [
  ["fetch", "undici"],
  ["undici", "undici"],
  ["http", "http"],
  ["grpc", "grpc"],
] as const;

describe.each(ORDERS)("%s", (order) => {
  let running: Promise<{ stdout: string; stderr: string }> | undefined;
  const run = () =>
    promisify(execFile)(process.execPath, [APP, order], {
      env: { ...process.env, OTEL_TRACES_EXPORTER: "none", NODE_OPTIONS: "" },
    });

  test.each(CLIENTS)("calls over %s, both instrumentations", async (client, library) => {
    running ??= run();
    const { stdout, stderr } = await running;
    const { received, spans } = (JSON.parse(stdout) as Record<string, Reported>)[client] as Reported;
    expect(received).toHaveLength(2);
    for (const headers of received) {
      expect(headers).toMatchObject({ "x-b3-traceid": [OTHER_TRACE_ID], "x-request-id": ["rid"] });
      for (const [name, values] of Object.entries(headers)) {
        expect(values, name).toHaveLength(1);
        if (/^(x-|b3|trace)/.test(name)) expect(values[0], name).not.toContain(",");
      }
    }
    // A request joins once: the exporter has given each joined span an ID of its own, below the
    // caller's span.
    const joined = spans.filter(({ kind, parent }) => kind === SpanKind.SERVER && parent === OTHER_SPAN_ID);
    expect(joined).toHaveLength(1);
    const sent = received[1]?.["x-b3-spanid"]?.[0];
    expect(spans.filter(({ kind, parent }) => kind === SpanKind.SERVER && parent === sent).length).toBeLessThanOrEqual(
      1,
    );
    expect(new Set(spans.map(({ id }) => id)).size).toBe(spans.length);
    // The header names a span that is reported, and every span is in the caller's trace.
    expect(spans.map(({ id }) => id)).toContain(sent);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([OTHER_TRACE_ID]));
    const warnings = stderr.split("\n").filter((line) => line.includes(`instrumentation-${library} and @meshtrace`));
    expect(warnings.filter((line) => line.includes("calls of clients"))).toHaveLength(1);
    expect(stderr).toContain(`OTEL_NODE_DISABLED_INSTRUMENTATIONS=${library}`);
  });
});
