/**
 * Requests that are not like the others: unsampled, forced, probed, from outside, with stale
 * headers.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import { CHAIN_TREE, HELLO, inB3, inW3c, ONWARD, SIDECAR, TO_SIDECAR, TO_TIME } from "./lines.js";
import { observe } from "./observed.js";
import { request, send, withMesh } from "./request.js";
import { CHAIN, REQUEST_ID_DECIDES, type Row } from "./rows.js";

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

const HOPS = ["gateway", ...SIDECAR, ...ONWARD];
const OUTSIDE = { trace: "9d2c298a5c43c3aecd96c18bfb881fd8", span: "101324914c615cee" };

const CASES: readonly Row[] = [
  {
    title: "x-b3-flags: 1 reaches every hop, with x-b3-sampled: 1 beside it",
    layout: CHAIN.layout,
    caller: () => ({ "x-b3-flags": "1" }),
    tree: CHAIN_TREE,
    headers: ["caller -> gateway: flags 1", ...inB3([...TO_SIDECAR, ...TO_TIME], "sampled 1, flags 1")],
  },
  {
    title: "debug in a mesh that samples nothing, with x-b3-sampled: 1 for the proxies",
    layout: CHAIN.layout,
    samplingPercentage: 0,
    caller: () => ({ "x-b3-flags": "1", "x-b3-sampled": "1" }),
    tree: CHAIN_TREE,
    headers: ["caller -> gateway: sampled 1, flags 1", ...inB3([...TO_SIDECAR, ...TO_TIME], "sampled 1, flags 1")],
  },
  {
    title: "a stale traceparent in a mesh that speaks B3 reaches the app, and goes no further",
    layout: CHAIN.layout,
    caller: () => ({ traceparent: `00-${OUTSIDE.trace}-${OUTSIDE.span}-01`, tracestate: "vendor=1" }),
    tree: CHAIN_TREE,
    headers: [
      ...["caller -> gateway: ", ...inB3(TO_SIDECAR).map((line) => `${line}, `)].map(
        (line) => `${line}traceparent unknown ${OUTSIDE.span} 01 of trace ${OUTSIDE.trace}, tracestate vendor=1`,
      ),
      ...inB3(TO_TIME),
    ],
  },
  {
    title: "a stale B3 decision in a mesh that speaks traceparent reaches the app, and goes no further",
    layout: { provider: "opentelemetry-grpc", hops: HOPS },
    caller: () => ({ "x-b3-sampled": "0" }),
    tree: CHAIN_TREE,
    headers: [
      "caller -> gateway: sampled 0",
      ...inW3c(TO_SIDECAR).map((line) => line.replace(": ", ": sampled 0, ")),
      ...inW3c(TO_TIME),
    ],
  },
  {
    title: "stale B3 IDs in a mesh that speaks traceparent, where the service is configured with the mesh's family",
    layout: { provider: "opentelemetry-grpc", hops: HOPS },
    environment: { OTEL_PROPAGATORS: "tracecontext,b3multi" },
    caller: () => ({ "x-b3-traceid": OUTSIDE.trace, "x-b3-spanid": OUTSIDE.span, "x-b3-sampled": "1" }),
    tree: CHAIN_TREE,
    headers: [
      ...["caller -> gateway: ", ...inW3c(TO_SIDECAR)].map((line) =>
        line.replace(
          /: (?=trace|$)/,
          `: b3 unknown ${OUTSIDE.span} < - of trace ${OUTSIDE.trace}, sampled 1${line.endsWith(": ") ? "" : ", "}`,
        ),
      ),
      ...inW3c(TO_TIME),
    ],
  },
  REQUEST_ID_DECIDES,
];

test.each(CASES)("$title", async (row) => {
  const seen = await request(row, { backend: jaeger, exporter: "jaeger" });
  expect(seen).toMatchObject({ tree: row.tree, headers: row.headers, faults: [] });
});

test("a probe through the sidecar is the sidecar's span alone", async () => {
  const layout = { provider: "zipkin", hops: SIDECAR } as const;
  await withMesh({ title: "probe", layout }, { backend: jaeger, exporter: "jaeger" }, async (mesh) => {
    const answer = await fetch(`${mesh.url}/healthz`, { headers: { "user-agent": "kube-probe/1.36" } });
    expect(answer.status).toBe(200);
    const traceId = String(mesh.recorded.at(-1)?.headers["x-b3-traceid"]);
    expect(await observe(jaeger, traceId, 1, mesh.recorded)).toEqual({
      tree: [HELLO.inbound],
      headers: [
        "caller -> hello-world inbound: nothing",
        ...inB3([["hello-world inbound -> hello-world", HELLO.inbound, "-"]]),
      ],
      faults: [],
    });
  });
});

test("a gateway strips what outsiders must not say, and its own request ID holds to the last hop", async () => {
  await withMesh(CHAIN, { backend: jaeger, exporter: "jaeger", samplingPercentage: 0 }, async (mesh) => {
    const outside = {
      // Character 15 asks for a sample, and so does the header that only the mesh itself may send.
      "x-request-id": "bfc815cd-103a-9c90-80f4-f2b9e34b06a1",
      "x-envoy-force-trace": "true",
      "x-envoy-decorator-operation": "a name for the gateway's span",
    };
    await send(mesh, { layout: CHAIN.layout, caller: () => outside });
    const [, ...hops] = mesh.recorded.map(({ headers }) => headers);
    const requestIds = new Set(hops.map((headers) => headers["x-request-id"]));
    expect(requestIds.size).toBe(1);
    expect(requestIds).not.toContain(outside["x-request-id"]);
    expect(hops.map((headers) => headers["x-b3-sampled"])).toEqual(["0", "0", "0", "0", "0"]);
    expect(hops.map((headers) => headers["x-envoy-force-trace"])).toEqual(hops.map(() => undefined));
    expect(hops.map((headers) => headers["x-envoy-decorator-operation"])).not.toContain(
      outside["x-envoy-decorator-operation"],
    );
  });
});
