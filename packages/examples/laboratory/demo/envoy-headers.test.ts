import { readFileSync } from "node:fs";
import { createServer, request as sendRequest } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { passOn, type RequestHeaders } from "./envoy-headers.js";
import { layout, type ProxyRole } from "./layouts.js";
import { listen } from "./listen.js";
import { startProxy } from "./proxy.js";
import type { ZipkinSpan } from "./zipkin-json.js";

interface Recorded {
  readonly layout: string;
  readonly hop: string;
  readonly request: string;
  readonly headers: RequestHeaders;
}

const recordings = JSON.parse(
  readFileSync(new URL("../../../core/test/vectors/envoy-headers.json", import.meta.url), "utf8"),
) as Recorded[];

/**
 * What the client of each recording had sent; other tracers' headers are taken from the recording
 * itself.
 */
const SENT: Record<string, RequestHeaders> = {
  "client-unsampled": { "x-b3-sampled": "0" },
  "client-forced": { "x-b3-sampled": "1" },
  "client-debug": { "x-b3-flags": "1" },
  "debug-in-a-quiet-mesh": { "x-b3-flags": "1", "x-b3-sampled": "1" },
  "client-b3-single": { b3: "1" },
};
/** Recorded in a mesh that samples nothing by itself. */
const QUIET = ["client-forced", "debug-in-a-quiet-mesh", "client-b3-single", "mesh-unsampled"];
const MADE_BY_ENVOY = /^(x-b3-(traceid|spanid|parentspanid|sampled|flags)|b3|x-request-id|x-forwarded-.*|x-envoy-.*)$/;

function sentBy(request: string, recorded: RequestHeaders): RequestHeaders {
  const untouched = Object.entries(recorded).filter(([name]) => !MADE_BY_ENVOY.test(name));
  return { ...Object.fromEntries(untouched), ...SENT[request] };
}

/**
 * Headers with their values' shapes and relations in place of the values: each ID by where it was
 * first seen, the request ID by its reason. Two recordings of the same traffic come out the same.
 */
function shapes(hops: readonly RequestHeaders[]): Record<string, string>[] {
  const names = new Map<string, string>();
  const id = (value: string): string => {
    if (!names.has(value)) names.set(value, `${value.length} characters, number ${names.size}`);
    return names.get(value) as string;
  };
  const traceId = (value: string): string => {
    const name = id(value);
    // A root's span ID is the low half.
    if (!names.has(value.slice(-16))) names.set(value.slice(-16), `low half of ${name}`);
    return name;
  };
  const shape: Record<string, (value: string) => string> = {
    "x-b3-traceid": traceId,
    "x-b3-spanid": id,
    "x-b3-parentspanid": id,
    b3: (value) =>
      value
        .split("-")
        .map((part, at) => (at === 0 ? traceId(part) : at === 2 ? part : id(part)))
        .join(),
    "x-request-id": (value) => {
      expect(value).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[49ab][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      return `${id(value)}, reason ${value[14]}`;
    },
    "x-envoy-decorator-operation": (value) => (/^[\w.-]+:80\/\*$/.test(value) ? "route" : value),
    "x-forwarded-for": () => "address",
    "x-envoy-external-address": () => "address",
  };
  return hops.map((headers) =>
    Object.fromEntries(
      Object.entries(headers)
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]) => [name, shape[name]?.(value) ?? value]),
    ),
  );
}

/** Sends a request through real proxies of the demo, and returns what each next hop received. */
async function passThrough(roles: readonly ProxyRole[], sent: RequestHeaders, sampling: 0 | 100) {
  const received: RequestHeaders[] = [];
  const reported: ZipkinSpan[] = [];
  const app = await listen(createServer((_request, response) => response.end()));
  onTestFinished(app.close);
  let next = app.url;
  for (const [index, role] of [...roles.entries()].reverse()) {
    const proxy = await startProxy({
      role,
      edge: index === 0,
      next,
      sampling,
      onRequest: (_path, _came, went) => received.push(went),
      report: (spans) => reported.push(...spans),
    });
    onTestFinished(proxy.close);
    next = proxy.url;
  }
  await new Promise<void>((resolve, reject) => {
    const call = sendRequest(next, { agent: false, headers: { ...sent } }, (answer) =>
      answer.resume().on("end", resolve),
    );
    call.on("error", reject).end();
  });
  return { received, reported };
}

const recordedAs: Record<string, string> = {
  sidecar: "today-sidecar",
  "istio-2018": "istio-2018",
  ambient: "ambient",
  waypoint: "waypoint",
};
const rows = Object.entries(recordedAs).flatMap(([name, recording]) => {
  const requests = new Set(recordings.filter((row) => row.layout === recording).map((row) => row.request));
  return [...requests].map((request) => ({ name, recording, request }));
});

test("every request of every layout was recorded", () => {
  expect(rows).toHaveLength(40);
});

test.each(rows)("$name hands on what a real Envoy handed on: $request", async ({ name, recording, request }) => {
  const recorded = recordings.filter((row) => row.layout === recording && row.request === request);
  const sent = sentBy(request, recorded[0]?.headers ?? {});
  const roles = layout(name) ?? [];
  const { received, reported } = await passThrough(roles, sent, QUIET.includes(request) ? 0 : 100);
  expect(shapes(received)).toEqual(shapes(recorded.map(({ headers }) => headers)));
  const unsampled = request === "client-unsampled" || request === "mesh-unsampled";
  expect(reported.length === 0).toBe(unsampled);
});

test("a context that Envoy cannot read is neither traced nor touched", async () => {
  const sent = { host: "hello", b3: "not-a-context" };
  const { received, reported } = await passThrough(layout("sidecar") ?? [], sent, 100);
  expect(received.map((headers) => headers["b3"])).toEqual(["not-a-context", "not-a-context"]);
  expect(received.map((headers) => headers["x-b3-traceid"])).toEqual([undefined, undefined]);
  expect(reported).toEqual([]);
});

test("the sampled header is looked up in no plain object", async () => {
  const { received } = await passThrough(layout("ambient") ?? [], { host: "hello", "x-b3-sampled": "constructor" }, 0);
  expect(received[0]?.["x-b3-sampled"]).toBe("0");
});

test("b3 in debug state goes on as sampled", async () => {
  const b3 = "463ac35c9f6413ad48485a3953bb6124-a2fb4a1d1a96d312-d";
  const { received } = await passThrough(layout("ambient") ?? [], { host: "hello", b3 }, 0);
  expect(received[0]?.["b3"]).toMatch(/^463ac35c9f6413ad48485a3953bb6124-[0-9a-f]{16}-1-[0-9a-f]{16}$/);
});

test("a sidecar of a mesh that samples nothing keeps to the reason in the request ID", () => {
  const requestId = "bfc815cd-103a-9c90-80f4-f2b9e34b06a1";
  const around = { edge: false, peer: "127.0.0.1", route: "hello:80", sampling: 0 } as const;
  const sidecar = layout("sidecar")?.[1] as ProxyRole;
  const { headers, spans } = passOn({ "x-request-id": requestId }, sidecar, around);
  expect(headers).toMatchObject({ "x-request-id": requestId, "x-b3-sampled": "1" });
  expect(spans).toHaveLength(1);
});
