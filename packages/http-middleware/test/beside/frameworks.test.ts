/**
 * OpenTelemetry's instrumentations of frameworks beside the adapters: one SERVER span, which has
 * the route, and headers that go out once.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SpanKind } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";

interface Reported {
  readonly text: string;
  /** The lines of headers of each call. */
  readonly received: readonly (readonly string[])[];
  readonly spans: readonly {
    readonly name: string;
    readonly kind: SpanKind;
    readonly scope: string;
    readonly route?: string;
    readonly id: string;
    readonly parent?: string;
    readonly traceId: string;
  }[];
}

const APP = fileURLToPath(new URL("frameworks.cjs", import.meta.url));
const TRACE_ID = "463ac35c9f6413ad48485a3953bb6124";
const CALLER = "a2fb4a1d1a96d312";

const FRAMEWORKS = [
  ["express", "instrumentation-express", "/users/:id"],
  ["koa", "instrumentation-koa", "/users/:id"],
  ["fastify", "@fastify/otel", "/users/:id"],
  ["hapi", "instrumentation-hapi", "/users/{id}"],
  ["nest", "instrumentation-nestjs-core", "/users/:id"],
] as const;

describe.each([["register"], ["adapters"]])("%s", (mode) => {
  test.each(FRAMEWORKS)("%s beside %s", { timeout: 120_000 }, async (framework, instrumentation, route) => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [APP, mode, framework], {
      env: { ...process.env, OTEL_TRACES_EXPORTER: "none", NODE_OPTIONS: "" },
    });
    const { text, received, spans } = JSON.parse(stdout) as Reported;
    expect(text).toBe("noon");
    const servers = spans.filter(({ kind }) => kind === SpanKind.SERVER);
    expect(servers).toMatchObject([{ name: `GET ${route}`, route, parent: CALLER }]);
    expect(servers[0]?.scope).toContain("meshtrace");
    expect(spans.filter(({ scope }) => scope.endsWith(instrumentation))).not.toEqual([]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));

    const clients = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(clients).toHaveLength(1);
    expect(received).toHaveLength(1);
    const lines = received[0] ?? [];
    expect(lines).toEqual(
      expect.arrayContaining([`x-b3-traceid: ${TRACE_ID}`, `x-b3-spanid: ${clients[0]?.id}`, "x-request-id: rid"]),
    );
    const names = lines.map((line) => line.split(":")[0]);
    expect(new Set(names).size).toBe(names.length);
    expect(stderr).not.toContain("both trace");
  });
});

test("the plugin of Fastify before ours makes a second SERVER span, and a warning names both", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [APP, "adapters-last", "fastify"], {
    env: { ...process.env, OTEL_TRACES_EXPORTER: "none", NODE_OPTIONS: "" },
  });
  const { spans } = JSON.parse(stdout) as Reported;
  const servers = spans.filter(({ kind }) => kind === SpanKind.SERVER);
  expect(servers).toHaveLength(2);
  expect(servers.filter(({ parent }) => parent === CALLER)).toHaveLength(1);
  expect(stderr.match(/@fastify\/otel and @meshtrace\/http-middleware both trace/g)).toHaveLength(1);
}, 120_000);
