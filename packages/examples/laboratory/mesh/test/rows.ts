/**
 * The matrix: each layout of a mesh, and what must come of one request through it.
 */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import type { Layout } from "../layout.js";
import type { MeshSettings } from "../mesh.js";
import {
  CHAIN_TREE,
  chain,
  FROM_APP,
  GATEWAY,
  HELLO,
  inB3,
  inBoth,
  inW3c,
  MARK,
  NOTHING,
  ONWARD,
  SIDECAR,
  STARTS_IN_APP,
  TIME,
  TO_SIDECAR,
  TO_TIME,
  TODAY_TREE,
  WAYPOINT,
} from "./lines.js";
import { askOverWebSocket, program } from "./programs.js";

/**
 * What is seen of a request: the backend's tree, the headers that each hop received, and what is
 * wrong.
 */
export interface Expectation {
  readonly tree: readonly string[];
  readonly headers: readonly string[];
  readonly faults?: readonly unknown[];
}

export interface Row extends Expectation {
  /** Title of the row in docs/mesh-matrix.md. */
  readonly title: string;
  readonly layout: Omit<Layout, "name">;
  /** What Zipkin draws otherwise. */
  readonly zipkin?: Partial<Expectation>;
  /** What the caller sends besides; its own trace context for example. */
  readonly caller?: () => Readonly<Record<string, string>>;
  /** Other programs, protocols and policies of the mesh. */
  readonly mesh?: Pick<MeshSettings, "programs" | "grpc" | "retries" | "nodeOptions">;
  /** Sends the request over another protocol; resolves with the answer. */
  readonly ask?: (url: string, headers: Readonly<Record<string, string>>) => Promise<string>;
  /** What the proxies sample of requests without a decision. Default 100. */
  readonly samplingPercentage?: number;
  /** More variables of the services. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const CHAIN: Row = {
  title: "two services, each with its sidecar",
  layout: { provider: "zipkin", hops: ["gateway", ...SIDECAR, ...ONWARD] },
  tree: CHAIN_TREE,
  headers: [NOTHING, ...inB3([...TO_SIDECAR, ...TO_TIME])],
};

export const REQUEST_ID_DECIDES: Row = {
  title: "x-request-id carries the decision to the next sidecar of an OpenTelemetry mesh that samples nothing",
  layout: { provider: "opentelemetry-grpc", hops: [...SIDECAR, ...ONWARD] },
  samplingPercentage: 0,
  // Character 15 says that this request was chosen.
  caller: () => ({ "x-request-id": "bfc815cd-103a-9c90-80f4-f2b9e34b06a1" }),
  tree: chain(HELLO.inbound, HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app),
  headers: [
    "caller -> hello-world inbound: nothing",
    `hello-world inbound -> hello-world: traceparent ${HELLO.inbound} 01`,
    ...inW3c(TO_TIME),
  ],
};

export const ROWS: readonly Row[] = [
  {
    title: "today's gateway, sidecar, app",
    layout: { provider: "zipkin", hops: ["gateway", ...SIDECAR] },
    tree: TODAY_TREE,
    headers: [NOTHING, ...inB3(TO_SIDECAR)],
  },
  {
    title: "gateway before 1.28 (one span), sidecar, app",
    layout: { provider: "zipkin-before-1.29", hops: ["gateway-before-1.28", ...SIDECAR] },
    tree: chain(GATEWAY.client, HELLO.inbound, HELLO.app),
    headers: [
      NOTHING,
      ...inB3([
        ["gateway -> hello-world inbound", GATEWAY.client, "-"],
        ["hello-world inbound -> hello-world", HELLO.inbound, GATEWAY.client],
      ]),
    ],
  },
  {
    title: "the article's, of 2018: gateway, sidecar and app share one ID",
    layout: { provider: "zipkin-2018", hops: ["gateway-before-1.28", ...SIDECAR] },
    tree: chain(GATEWAY.client, HELLO.inbound, HELLO.app),
    headers: [
      NOTHING,
      ...inB3([
        ["gateway -> hello-world inbound", GATEWAY.client, "-"],
        ["hello-world inbound -> hello-world", GATEWAY.client, "-"],
      ]),
    ],
    // Both are the SERVER half of one span, in one pod.
    zipkin: { tree: chain(GATEWAY.client, "hello-world.hello proxy+app server") },
  },
  {
    title: "ambient: gateway, app",
    layout: { provider: "zipkin", hops: ["gateway", "app hello-world"] },
    tree: chain(GATEWAY.server, GATEWAY.client, HELLO.app),
    headers: [NOTHING, ...inB3([["gateway -> hello-world", GATEWAY.client, GATEWAY.server]])],
  },
  {
    title: "ambient with a waypoint: gateway, waypoint, app",
    layout: { provider: "zipkin", hops: ["gateway", "waypoint", "app hello-world"] },
    tree: chain(GATEWAY.server, GATEWAY.client, WAYPOINT, HELLO.app),
    headers: [
      NOTHING,
      ...inB3([
        ["gateway -> waypoint", GATEWAY.client, GATEWAY.server],
        ["waypoint -> hello-world", WAYPOINT, GATEWAY.client],
      ]),
    ],
  },
  {
    title: "no proxy: a caller with B3 that reports nothing",
    layout: { provider: "zipkin", hops: ["app hello-world"] },
    caller: () => ({
      "x-b3-traceid": randomBytes(16).toString("hex"),
      "x-b3-spanid": "b7ad6b7169203331",
      "x-b3-sampled": "1",
    }),
    tree: [`? ${HELLO.app}`],
    headers: ["caller -> hello-world: b3 unknown b7ad6b7169203331 < -, sampled 1"],
    faults: [expect.stringContaining("invalid parent span IDs=b7ad6b7169203331")],
    zipkin: { tree: [HELLO.app], headers: [`caller -> hello-world: b3 ${HELLO.app} < -, sampled 1`], faults: [] },
  },
  {
    title: "no proxy: a caller with nothing",
    layout: { provider: "zipkin", hops: ["app hello-world"] },
    tree: [HELLO.app],
    headers: ["caller -> hello-world: nothing"],
  },
  {
    title: "no proxy: app to app",
    layout: { provider: "zipkin", hops: ["app hello-world", "app time"] },
    tree: chain(HELLO.app, HELLO.call, TIME.app),
    headers: [
      "caller -> hello-world: nothing",
      ...inBoth([["hello-world -> time", HELLO.call, HELLO.app]], HELLO.call),
    ],
  },
  CHAIN,
  {
    title: "a background job, whose trace the outbound sidecar starts",
    layout: { provider: "zipkin", hops: ONWARD },
    tree: chain(HELLO.outbound, TIME.inbound, TIME.app),
    headers: [
      "caller -> hello-world outbound: nothing",
      ...inB3([
        ["hello-world outbound -> time inbound", HELLO.outbound, "-"],
        ["time inbound -> time", TIME.inbound, HELLO.outbound],
      ]),
    ],
  },
  {
    title: "a trace that starts in the app, Zipkin provider",
    layout: { provider: "zipkin", hops: ["app hello-world", ...ONWARD] },
    tree: STARTS_IN_APP,
    // The app cannot know what the mesh speaks, and sends both: the family that the proxies leave
    // alone is stale.
    headers: [
      "caller -> hello-world: nothing",
      ...inBoth([FROM_APP], HELLO.call),
      ...inB3(TO_TIME.slice(1)).map((line) => `${line}, traceparent ${HELLO.call} 01, tracestate ${MARK}`),
    ],
  },
  {
    title: "a trace that starts in the app, OpenTelemetry provider",
    layout: { provider: "opentelemetry-grpc", hops: ["app hello-world", ...ONWARD] },
    tree: STARTS_IN_APP,
    headers: [
      "caller -> hello-world: nothing",
      ...inBoth([FROM_APP], HELLO.call),
      ...TO_TIME.slice(1).map(
        ([hop, span]) =>
          `${hop}: b3 ${HELLO.call} < ${HELLO.app}, sampled 1, traceparent ${span} 01, tracestate ${MARK}`,
      ),
    ],
  },
  {
    title: "OpenTelemetry provider over gRPC (`traceparent` only)",
    layout: { provider: "opentelemetry-grpc", hops: ["gateway", ...SIDECAR] },
    tree: TODAY_TREE,
    headers: [NOTHING, ...inW3c(TO_SIDECAR)],
  },
  {
    title: "OpenTelemetry provider over HTTP, two services",
    layout: { provider: "opentelemetry-http", hops: ["gateway", ...SIDECAR, ...ONWARD] },
    tree: CHAIN_TREE,
    headers: [NOTHING, ...inW3c([...TO_SIDECAR, ...TO_TIME])],
  },
  {
    title: "Zipkin provider with B3 and W3C together, two services",
    layout: { provider: "zipkin-b3-and-w3c", hops: ["gateway", ...SIDECAR, ...ONWARD] },
    tree: CHAIN_TREE,
    headers: [NOTHING, ...inBoth(TO_SIDECAR), ...inBoth(TO_TIME, HELLO.call)],
  },
  {
    title: "64-bit trace IDs, two services",
    layout: { provider: "zipkin-64-bit", hops: ["gateway", ...SIDECAR, ...ONWARD] },
    tree: CHAIN_TREE,
    headers: [NOTHING, ...inB3([...TO_SIDECAR, ...TO_TIME])],
  },
  {
    title: "a WebSocket, in whose messages the service calls another",
    layout: CHAIN.layout,
    mesh: { programs: { "hello-world": program("websocket.mjs") } },
    ask: askOverWebSocket,
    tree: CHAIN_TREE,
    headers: CHAIN.headers,
  },
  {
    title: "gRPC over HTTP/2 without TLS between two services",
    layout: { provider: "zipkin", hops: [...SIDECAR, ...ONWARD] },
    mesh: { grpc: true, programs: { "hello-world": program("grpc.mjs"), time: program("grpc.mjs") } },
    tree: chain(HELLO.inbound, HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app),
    headers: [
      "caller -> hello-world inbound: nothing",
      ...inB3([["hello-world inbound -> hello-world", HELLO.inbound, "-"]]),
    ],
  },
  {
    title: "a request that a sidecar repeats after 503: both attempts under its span",
    layout: { provider: "zipkin", hops: [...SIDECAR, ...ONWARD] },
    mesh: { retries: 1, nodeOptions: ["--import", program("unavailable-once.mjs")] },
    tree: [
      ...chain(HELLO.inbound, HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app),
      ...chain(HELLO.inbound, HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app).slice(-2),
    ],
    headers: [
      "caller -> hello-world inbound: nothing",
      ...inB3([["hello-world inbound -> hello-world", HELLO.inbound, "-"]]),
      ...inB3([TO_TIME[0] as (typeof TO_TIME)[number]]),
      ...inB3(TO_TIME.slice(1)),
      ...inB3(TO_TIME.slice(1)),
    ],
  },
];
