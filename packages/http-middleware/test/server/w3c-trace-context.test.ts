/** W3C Trace Context over HTTP: a traced handler and `tracedFetch`, and an app under `register`. */
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { describe, expect, test } from "vitest";
import { tracedFetch, traceHandler } from "../../src/index.js";
import { recording, serve } from "../client/target.js";
import { IMPORT, start } from "../register/app.js";
import { TRACE, TRACEPARENT_ROWS, TRACESTATE_ROWS, type W3cRow } from "./w3c-rows.js";

const ROWS = [...TRACEPARENT_ROWS, ...TRACESTATE_ROWS];

/** The service under test makes `calls` calls for each request. */
interface Service {
  readonly url: string;
  readonly received: IncomingHttpHeaders[];
}

async function inProcess(): Promise<Service> {
  const [next, received] = await recording();
  const url = await serve(
    traceHandler(async (incoming, response) => {
      const calls = Number(new URL(incoming.url ?? "/", "http://x").searchParams.get("calls") ?? 1);
      for (let count = 0; count < calls; count += 1) await (await tracedFetch(next)).text();
      response.end();
    }),
  );
  return { url, received };
}

const APP = `import { createServer } from "node:http";
  createServer(async (incoming, response) => {
    const calls = Number(new URL(incoming.url, "http://x").searchParams.get("calls") ?? 1);
    for (let count = 0; count < calls; count += 1) await (await fetch(process.env.NEXT)).text();
    response.end();
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

const SERVICES: Readonly<Record<string, () => Promise<Service>>> = {
  "traceHandler and tracedFetch": inProcess,
  register: () => start("w3c.mjs", APP, IMPORT),
  "register with tracecontext alone": () => start("w3c-alone.mjs", APP, IMPORT, { OTEL_PROPAGATORS: "tracecontext" }),
};

async function send(url: string, headers: readonly string[], calls = 1): Promise<void> {
  const host = ["host", new URL(url).host];
  const call = request(`${url}?calls=${calls}`, { headers: [...host, ...headers] as never }).end();
  const [response] = await once(call, "response");
  await once(response.resume(), "end");
}

/** What a row expects, with `sent` in place of what cannot be known. */
function expected({ continues, tracestate, flags = "01" }: W3cRow, sent: IncomingHttpHeaders): object {
  const [, traceId = "", spanId = ""] = String(sent["traceparent"]).split("-");
  const own = continues ? TRACE : traceId;
  return {
    traceparent: `00-${own}-${spanId}-${flags}`,
    // A new trace goes out in both families, where both are configured.
    tracestate: continues ? tracestate : sent["x-b3-spanid"] && `meshtrace=${spanId}`,
  };
}

test.each(Object.keys(SERVICES))("%s: every row", { timeout: 120_000 }, async (name) => {
  const service = await (SERVICES[name] as () => Promise<Service>)();
  const seen: object[] = [];
  for (const row of ROWS) {
    service.received.length = 0;
    await send(service.url, row.headers);
    const [sent = {}] = service.received;
    const { traceparent, tracestate } = sent;
    expect(traceparent, row.title).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]$/);
    if (!row.continues) expect(row.headers.join(), row.title).not.toContain(String(traceparent).slice(3, 35));
    expect(traceparent, row.title).not.toContain("-1234567890123456-");
    seen.push({ row: row.title, is: { traceparent, tracestate }, shouldBe: expected(row, sent) });
  }
  const wrong = seen.filter((one) => {
    const { is, shouldBe } = one as { is: object; shouldBe: object };
    return JSON.stringify(is) !== JSON.stringify(shouldBe);
  });
  expect(wrong).toEqual([]);
});

describe.each(Object.keys(SERVICES))("%s: three calls of one request", (name) => {
  test.each([
    ["with a valid traceparent", ["traceparent", `00-${TRACE}-1234567890123456-01`], TRACE],
    ["without", [], undefined],
    ["with a malformed one", ["traceparent", `00-${"0".repeat(32)}-1234567890123456-01`], undefined],
  ])("%s", async (_title, headers, traceId) => {
    const service = await (SERVICES[name] as () => Promise<Service>)();
    await send(service.url, headers, 3);
    const ids = service.received.map(({ traceparent }) => String(traceparent).split("-"));
    expect(new Set(ids.map(([, trace]) => trace)).size).toBe(1);
    if (traceId !== undefined) expect(ids[0]?.[1]).toBe(traceId);
    expect(new Set(ids.map(([, , span]) => span)).size).toBe(3);
  });
});

test("the rows that differ from the suite give their reasons", () => {
  expect(ROWS.filter(({ onPurpose }) => onPurpose !== undefined).map(({ title }) => title)).toHaveLength(6);
});
