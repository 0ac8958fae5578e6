/**
 * The whole configuration of one Envoy: a proxy of one workload, with a listener for each hop that
 * it serves.
 *
 * Spec: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto
 */
import { PROXIES, type ProxyKind, REQUEST_ID_EXTENSION, type TracingSettings, tracing } from "./hop.js";
import { PROVIDERS } from "./provider.js";

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One listener: requests that come in at `port` (0: any) go on to `upstream`. */
export interface ProxyListener {
  readonly kind: ProxyKind;
  readonly port: number;
  readonly upstream: Address;
  /** What Envoy names its span after. */
  readonly operation: string;
  readonly upstreamSpan?: boolean;
  /** Whether the upstream speaks HTTP/2 without TLS. Default false. */
  readonly http2?: boolean;
  /** How often a request that was answered with 5xx is repeated. Default 0. */
  readonly retries?: number;
}

export interface ProxyConfiguration extends Omit<TracingSettings, "upstreamSpan"> {
  readonly admin: Address;
  /** The address that listeners bind to. */
  readonly bind: string;
  readonly listeners: readonly ProxyListener[];
  /** Where spans go. */
  readonly collector: Address;
}

const ROUTER = {
  name: "envoy.filters.http.router",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
};

/** Envoy's bootstrap, as JSON has it. */
export function bootstrap(settings: ProxyConfiguration): object {
  const { cluster, receives } = PROVIDERS[settings.provider].collector;
  return {
    // Zipkin's tracer reports the node's cluster as its service name.
    node: { id: settings.serviceName, cluster: settings.serviceName },
    admin: { address: socketAddress(settings.admin) },
    static_resources: {
      listeners: settings.listeners.map((one) => listener(one, settings)),
      clusters: [
        ...settings.listeners.map((one) => clusterOf(upstreamName(one), one.upstream, one.http2)),
        clusterOf(cluster, settings.collector, receives === "otlpGrpc"),
      ],
    },
    // Spans leave at once: the default is every five seconds or five spans.
    layered_runtime: {
      layers: [
        {
          name: "flush",
          static_layer: {
            tracing: {
              zipkin: { flush_interval_ms: 100, min_flush_spans: 1 },
              opentelemetry: { flush_interval_ms: 100, min_flush_spans: 1 },
            },
          },
        },
      ],
    },
  };
}

function upstreamName({ kind, upstream }: ProxyListener): string {
  return `${kind}|${upstream.port}`;
}

function listener(one: ProxyListener, settings: ProxyConfiguration): object {
  return {
    name: one.kind,
    address: socketAddress({ host: settings.bind, port: one.port }),
    traffic_direction: PROXIES[one.kind].trafficDirection,
    filter_chains: [
      {
        filters: [
          { name: "envoy.filters.network.http_connection_manager", typed_config: connectionManager(one, settings) },
        ],
      },
    ],
  };
}

/** Envoy's HTTP connection manager for one hop. */
export function connectionManager(one: ProxyListener, settings: ProxyConfiguration): Readonly<Record<string, unknown>> {
  const { provider, serviceName, samplingPercentage } = settings;
  const { upstreamSpan } = one;
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: one.kind,
    ...PROXIES[one.kind].edge,
    request_id_extension: REQUEST_ID_EXTENSION,
    tracing: {
      ...tracing(one.kind, {
        provider,
        serviceName,
        samplingPercentage,
        ...(upstreamSpan === undefined ? {} : { upstreamSpan }),
      }),
      custom_tags: customTags(serviceName),
    },
    http_filters: [ROUTER],
    route_config: {
      name: one.kind,
      virtual_hosts: [
        {
          name: one.kind,
          domains: ["*"],
          ...(PROXIES[one.kind].attemptCount ? { include_request_attempt_count: true } : {}),
          routes: [
            {
              match: { prefix: "/" },
              decorator: { operation: one.operation },
              route: { cluster: upstreamName(one), timeout: "0s", ...retryPolicy(one) },
            },
          ],
        },
      ],
    },
  };
}

/** The proxies that count attempts are those which Istio lets repeat requests. */
function retryPolicy({ kind, retries = 0 }: ProxyListener): object {
  return retries === 0 || !PROXIES[kind].attemptCount
    ? {}
    : { retry_policy: { retry_on: "5xx", num_retries: retries } };
}

/** The part of Istio's custom tags that does not need its agent. */
function customTags(serviceName: string): readonly object[] {
  const [service = "", namespace = ""] = serviceName.split(".");
  const tags = { "istio.canonical_service": service, "istio.namespace": namespace, "istio.mesh_id": "cluster.local" };
  return Object.entries(tags).map(([tag, value]) => ({ tag, literal: { value } }));
}

function clusterOf(name: string, address: Address, http2 = false): object {
  const protocol = {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
      explicit_http_config: { http2_protocol_options: {} },
    },
  };
  return {
    name,
    // A name is looked up; an address needs no look-up and takes this type as well.
    type: "STRICT_DNS",
    connect_timeout: "5s",
    ...(http2 ? { typed_extension_protocol_options: protocol } : {}),
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(address) } }] }],
    },
  };
}

function socketAddress({ host, port }: Address): object {
  return { socket_address: { address: host, port_value: port } };
}
