/**
 * The kinds of proxies that a request passes, and how Istio configures each: what makes one hop's
 * headers and spans differ from another's.
 */
import { PROVIDERS, type ProviderName } from "./provider.js";

export type ProxyKind = "gateway" | "classicGateway" | "sidecarInbound" | "sidecarOutbound" | "waypoint";

/**
 * What Istio sets in Envoy's HTTP connection manager, by kind of proxy. Everything else is Envoy's
 * default.
 */
export interface ProxySettings {
  readonly trafficDirection: "INBOUND" | "OUTBOUND";
  /** A gateway's CLIENT span beside its SERVER span, since Istio 1.28. */
  readonly upstreamSpan: boolean;
  readonly edge: object;
  /** Whether the next hop receives the number of the attempt. */
  readonly attemptCount: boolean;
}

const COMMON = {
  stream_idle_timeout: "0s",
  proxy_100_continue: true,
  upgrade_configs: [{ upgrade_type: "websocket" }],
  normalize_path: true,
  path_with_escaped_slashes_action: "KEEP_UNCHANGED",
};
const SERVER_NAME = { server_name: "istio-envoy" };

const GATEWAY: ProxySettings = {
  trafficDirection: "OUTBOUND",
  upstreamSpan: true,
  attemptCount: true,
  edge: {
    ...COMMON,
    ...SERVER_NAME,
    http_protocol_options: {},
    use_remote_address: true,
    forward_client_cert_details: "SANITIZE_SET",
    set_current_client_cert_details: { subject: true, cert: true, dns: true, uri: true },
  },
};

export const PROXIES: Readonly<Record<ProxyKind, ProxySettings>> = {
  gateway: GATEWAY,
  classicGateway: GATEWAY,
  sidecarInbound: {
    trafficDirection: "INBOUND",
    upstreamSpan: false,
    attemptCount: false,
    edge: {
      ...COMMON,
      ...SERVER_NAME,
      use_remote_address: false,
      forward_client_cert_details: "APPEND_FORWARD",
      set_current_client_cert_details: { subject: true, dns: true, uri: true },
    },
  },
  sidecarOutbound: {
    trafficDirection: "OUTBOUND",
    upstreamSpan: false,
    attemptCount: true,
    edge: { ...COMMON, use_remote_address: false },
  },
  waypoint: {
    trafficDirection: "INBOUND",
    upstreamSpan: false,
    attemptCount: false,
    edge: { ...COMMON, ...SERVER_NAME, use_remote_address: false },
  },
};

/** Keeps the trace reason in `x-request-id`, and lets it decide on sampling. */
export const REQUEST_ID_EXTENSION = {
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig",
    use_request_id_for_trace_sampling: true,
  },
};

export interface TracingSettings {
  readonly provider: ProviderName;
  /** The service that the proxy reports its spans as. */
  readonly serviceName: string;
  /** Istio's `randomSamplingPercentage`. */
  readonly samplingPercentage: number;
  /** `false` for gateways before Istio 1.28. Default as the kind of proxy has it. */
  readonly upstreamSpan?: boolean;
}

/** The `tracing` member of the connection manager, less its custom tags. */
export function tracing(kind: ProxyKind, settings: TracingSettings): object {
  const { provider, serviceName, samplingPercentage, upstreamSpan = PROXIES[kind].upstreamSpan } = settings;
  return {
    client_sampling: { value: 100 },
    random_sampling: { value: samplingPercentage },
    overall_sampling: { value: 100 },
    provider: PROVIDERS[provider].tracer(serviceName),
    ...(upstreamSpan ? { spawn_upstream_span: true } : {}),
  };
}
