/**
 * Meshes as lists of proxies, as Istio has configured them: the first is the edge, the app is
 * behind the last.
 */

/** One proxy, and what of Envoy's tracing configuration makes a difference on the wire. */
export interface ProxyRole {
  readonly name: "gateway" | "sidecar" | "waypoint";
  /** Envoy's `service_cluster`, which is its service name in traces: `app.namespace`. */
  readonly service: string;
  /** The first member of Envoy's node ID. */
  readonly nodeType: "router" | "sidecar" | "waypoint";
  /**
   * `server-and-client`: OUTBOUND with `spawn_upstream_span`, as Istio configures gateways since
   * 1.28. `client`: OUTBOUND without. `server`: INBOUND.
   */
  readonly spans: "server-and-client" | "client" | "server";
  /**
   * `shared_span_context`: whether a SERVER span takes the incoming span ID. Istio switched it off
   * in 2019.
   */
  readonly sharedSpan: boolean;
  /** `trace_id_128bit`. */
  readonly traceIdBits: 64 | 128;
}

const NAMESPACE = "hello";
export const APP_SERVICE = `hello-world.${NAMESPACE}`;

/** `hello-world.hello` as its Service is called inside the cluster. */
export const APP_HOST = `hello-world.${NAMESPACE}.svc.cluster.local`;

const today = { sharedSpan: false, traceIdBits: 128 } as const;
const in2018 = { sharedSpan: true, traceIdBits: 64 } as const;

const gateway: ProxyRole = {
  name: "gateway",
  service: `hello-gateway-istio.${NAMESPACE}`,
  nodeType: "router",
  spans: "server-and-client",
  ...today,
};
const sidecar: ProxyRole = { name: "sidecar", service: APP_SERVICE, nodeType: "sidecar", spans: "server", ...today };
const waypoint: ProxyRole = {
  name: "waypoint",
  service: `waypoint.${NAMESPACE}`,
  nodeType: "waypoint",
  spans: "server",
  ...today,
};

const LAYOUTS = new Map<string, readonly ProxyRole[]>([
  ["sidecar", [gateway, sidecar]],
  [
    "istio-2018",
    [
      { ...gateway, service: "istio-ingressgateway.istio-system", spans: "client", ...in2018 },
      { ...sidecar, ...in2018 },
    ],
  ],
  ["ambient", [gateway]],
  ["waypoint", [gateway, waypoint]],
]);

export const LAYOUT_NAMES: readonly string[] = [...LAYOUTS.keys()];

/**
 * The proxies of a layout, from the edge to the app; `undefined` for a name that is none of
 * `LAYOUT_NAMES`.
 */
export function layout(name: string): readonly ProxyRole[] | undefined {
  return LAYOUTS.get(name);
}
