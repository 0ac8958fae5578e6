/**
 * The tracing providers of a mesh, as Istio turns an `extensionProviders` entry into Envoy's
 * configuration.
 *
 * Spec: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/trace/v3/trace.proto
 */

/**
 * An entry of Istio's `extensionProviders`; the last two are what istiod generated for older
 * proxies.
 */
export type ProviderName =
  | "zipkin"
  | "zipkin-b3-and-w3c"
  | "opentelemetry-grpc"
  | "opentelemetry-http"
  | "zipkin-before-1.29"
  | "zipkin-64-bit"
  | "zipkin-2018";

const ZIPKIN_HOST = "zipkin.istio-system.svc.cluster.local";
const JAEGER_HOST = "jaeger-collector.istio-system.svc.cluster.local";

/** A service that spans are sent to: the name of its cluster in a proxy, and where it is. */
interface CollectorCluster {
  readonly cluster: string;
  readonly receives: "zipkin" | "otlpGrpc" | "otlpHttp";
}

const ZIPKIN_CLUSTER: CollectorCluster = { cluster: `outbound|9411||${ZIPKIN_HOST}`, receives: "zipkin" };
const GRPC_CLUSTER: CollectorCluster = { cluster: `outbound|4317||${JAEGER_HOST}`, receives: "otlpGrpc" };
const HTTP_CLUSTER: CollectorCluster = { cluster: `outbound|4318||${JAEGER_HOST}`, receives: "otlpHttp" };

/** One provider: where spans go, and the tracer of a proxy that calls itself `serviceName`. */
export interface Provider {
  readonly collector: CollectorCluster;
  /** The header families that its proxies rewrite. */
  readonly speaks: readonly ("b3" | "w3c")[];
  readonly tracer: (serviceName: string) => object;
}

function zipkin(settings: object): Pick<Provider, "collector" | "tracer"> {
  const collector_service = {
    http_uri: { uri: `http://${ZIPKIN_HOST}/api/v2/spans`, cluster: ZIPKIN_CLUSTER.cluster, timeout: "5s" },
  };
  return { collector: ZIPKIN_CLUSTER, tracer: () => zipkinTracer({ ...settings, collector_service }) };
}

/** istiod's words for proxies that do not know `collector_service` yet. */
function olderZipkin(settings: object): Pick<Provider, "collector" | "tracer"> {
  const collector = {
    collector_cluster: ZIPKIN_CLUSTER.cluster,
    collector_endpoint: "/api/v2/spans",
    collector_hostname: ZIPKIN_HOST,
  };
  return { collector: ZIPKIN_CLUSTER, tracer: () => zipkinTracer({ ...settings, ...collector }) };
}

function zipkinTracer(settings: object): object {
  return {
    name: "envoy.tracers.zipkin",
    typed_config: {
      "@type": "type.googleapis.com/envoy.config.trace.v3.ZipkinConfig",
      trace_id_128bit: true,
      shared_span_context: false,
      // HTTP_PROTO would report the IDs with their bytes reversed.
      collector_endpoint_version: "HTTP_JSON",
      ...settings,
    },
  };
}

function openTelemetry(collector: CollectorCluster, service: object): Pick<Provider, "collector" | "tracer"> {
  return {
    collector,
    tracer: (serviceName) => ({
      name: "envoy.tracers.opentelemetry",
      typed_config: {
        "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
        ...service,
        service_name: serviceName,
      },
    }),
  };
}

export const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  zipkin: { speaks: ["b3"], ...zipkin({}) },
  "zipkin-b3-and-w3c": {
    speaks: ["b3", "w3c"],
    ...zipkin({ trace_context_option: "USE_B3_WITH_W3C_PROPAGATION" }),
  },
  "opentelemetry-grpc": {
    speaks: ["w3c"],
    ...openTelemetry(GRPC_CLUSTER, {
      grpc_service: { envoy_grpc: { cluster_name: GRPC_CLUSTER.cluster, authority: JAEGER_HOST } },
    }),
  },
  "opentelemetry-http": {
    speaks: ["w3c"],
    ...openTelemetry(HTTP_CLUSTER, {
      http_service: {
        http_uri: { uri: `${JAEGER_HOST}/v1/traces`, cluster: HTTP_CLUSTER.cluster, timeout: "5s" },
      },
    }),
  },
  "zipkin-before-1.29": { speaks: ["b3"], ...olderZipkin({}) },
  "zipkin-64-bit": { speaks: ["b3"], ...zipkin({ trace_id_128bit: false }) },
  // What pilot gave to proxies until SharedSpanContext was switched off in 2019.
  "zipkin-2018": { speaks: ["b3"], ...olderZipkin({ trace_id_128bit: false, shared_span_context: true }) },
};
