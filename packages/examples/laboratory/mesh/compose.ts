/**
 * A layout as a compose file: official images, with the configurations that the local processes
 * get.
 *
 * Spec: https://github.com/compose-spec/compose-spec/blob/main/spec.md
 */
import { type Address, bootstrap, type ProxyListener } from "./envoy/configuration.js";
import type { ProxyKind } from "./envoy/hop.js";
import { PROVIDERS } from "./envoy/provider.js";
import { type Hop, hopsOf, type Layout, operationOf, podEnvironment, serviceName } from "./layout.js";
import { ENVOY, JAEGER, ZIPKIN } from "./parts/catalog.js";

const APP_PORT = 8080;
/** Istio's own ports of a sidecar; no packet is redirected here, so that they are named. */
const PORTS: Readonly<Record<ProxyKind, number>> = {
  gateway: 8080,
  classicGateway: 8080,
  sidecarInbound: 15006,
  sidecarOutbound: 15001,
  waypoint: 15008,
};

type BackendName = "zipkin" | "jaeger";

interface ComposeBackend {
  readonly service: object;
  readonly port: Readonly<Record<"zipkin" | "otlpGrpc" | "otlpHttp", number>>;
  /** The variables with which a service reports there. */
  readonly exporter: Readonly<Record<string, string>>;
}

const BACKENDS: Readonly<Record<BackendName, ComposeBackend>> = {
  zipkin: {
    service: { image: `openzipkin/zipkin:${ZIPKIN.version}`, ports: ["127.0.0.1:9411:9411"] },
    // Zipkin takes no OTLP: those ports lead nowhere.
    port: { zipkin: 9411, otlpGrpc: 4317, otlpHttp: 4318 },
    exporter: {
      OTEL_TRACES_EXPORTER: "zipkin",
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: "http://zipkin:9411/api/v2/spans",
    },
  },
  jaeger: {
    service: {
      image: `jaegertracing/jaeger:${JAEGER.binaryVersion}`,
      environment: { JAEGER_LISTEN_HOST: "0.0.0.0" },
      ports: ["127.0.0.1:16686:16686"],
    },
    port: { zipkin: 9411, otlpGrpc: 4317, otlpHttp: 4318 },
    exporter: {
      OTEL_TRACES_EXPORTER: "jaeger",
      OTEL_EXPORTER_JAEGER_ENDPOINT: "http://jaeger:14268/api/traces",
    },
  },
};

/**
 * The compose file's content, as an object. An app and its sidecar share a network, as in a pod.
 */
export function composeFile(layout: Layout, backend: BackendName): object {
  const hops = hopsOf(layout);
  const services: Record<string, object> = { [backend]: BACKENDS[backend].service };
  const configs: Record<string, object> = {};
  for (const [index, hop] of hops.entries()) {
    if (hop.kind === "app") services[hop.workload] = app(hop, hops[index + 1], backend, index === 0);
  }
  for (const workload of new Set(hops.flatMap((hop) => (hop.kind === "app" ? [] : [hop.workload])))) {
    const name = containerOf(workload, hops);
    services[name] = proxy(name, workload, hops, backend);
    configs[`${name}-envoy`] = { content: JSON.stringify(configuration(workload, layout, backend), undefined, 2) };
  }
  return { name: "meshtrace", services, configs };
}

function app(hop: Hop, next: Hop | undefined, backend: BackendName, first: boolean): object {
  const nextAddress = next && addressOf(next, hop);
  return {
    build: { context: "../../../..", dockerfile: "packages/examples/hello-world/Dockerfile" },
    image: "meshtrace/hello-world",
    environment: {
      ...podEnvironment(hop),
      PORT: String(APP_PORT),
      ...BACKENDS[backend].exporter,
      ...(nextAddress === undefined ? {} : { TIME_SERVICE_URL: `http://${nextAddress.host}:${nextAddress.port}` }),
    },
    ...(first ? { ports: [`127.0.0.1:${APP_PORT}:${APP_PORT}`] } : {}),
    depends_on: [backend],
    // Longer than a last flush.
    stop_grace_period: "15s",
  };
}

function proxy(name: string, workload: string, hops: readonly Hop[], backend: BackendName): object {
  const target = "/etc/envoy/envoy.json";
  const ofApp = hops.some((hop) => hop.kind === "app" && hop.workload === workload);
  const [entry] = hops;
  const published =
    entry !== undefined && entry.kind !== "app" && entry.workload === workload
      ? { ports: [`127.0.0.1:8080:${PORTS[entry.kind]}`] }
      : {};
  return {
    image: `envoyproxy/envoy:distroless-v${ENVOY.version}`,
    command: ["--config-path", target, "--disable-hot-restart"],
    configs: [{ source: `${name}-envoy`, target }],
    ...(ofApp ? { network_mode: `service:${workload}` } : published),
    depends_on: [backend, ...(ofApp ? [workload] : [])],
  };
}

function configuration(workload: string, layout: Layout, backend: BackendName): object {
  const hops = hopsOf(layout);
  const listeners = hops.flatMap((hop, index): ProxyListener[] => {
    if (hop.kind === "app" || hop.workload !== workload) return [];
    const next = hops[index + 1] as Hop;
    return [
      {
        kind: hop.kind,
        port: PORTS[hop.kind],
        upstream: addressOf(next, hop),
        operation: operationOf(next),
        ...(hop.upstreamSpan === undefined ? {} : { upstreamSpan: hop.upstreamSpan }),
      },
    ];
  });
  return bootstrap({
    provider: layout.provider,
    samplingPercentage: 100,
    serviceName: serviceName({ workload }),
    listeners,
    collector: { host: backend, port: BACKENDS[backend].port[PROVIDERS[layout.provider].collector.receives] },
    admin: { host: "127.0.0.1", port: 15000 },
    bind: "0.0.0.0",
  });
}

/** The workload's own name for a proxy without an app, and for the sidecar of an app. */
function containerOf(workload: string, hops: readonly Hop[]): string {
  return hops.some((hop) => hop.kind === "app" && hop.workload === workload) ? `${workload}-sidecar` : workload;
}

/** Where `hop` is, seen from `from`: of the same pod, on the loopback. */
function addressOf(hop: Hop, from: Hop): Address {
  const host = hop.workload === from.workload ? "127.0.0.1" : hop.workload;
  return { host, port: hop.kind === "app" ? APP_PORT : PORTS[hop.kind] };
}
