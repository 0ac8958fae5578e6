/**
 * A running Jaeger, which keeps traces in memory, and what can be read back from it.
 */
import { installed } from "../parts/install.js";
import { answers, freePorts, startProcess } from "../running-process.js";
import type { Backend, StoredSpan } from "./backend.js";

const PORTS = [
  "query",
  "queryGrpc",
  "otlpGrpc",
  "otlpHttp",
  "thriftHttp",
  "jaegerGrpc",
  "udpCompact",
  "udpBinary",
  "zipkin",
  "health",
  "healthGrpc",
] as const;

interface JaegerSpan {
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  readonly processID: string;
  readonly warnings?: readonly string[] | null;
}

interface JaegerTrace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** Starts Jaeger on free ports of 127.0.0.1. */
export async function startJaeger(): Promise<Backend> {
  const numbers = await freePorts(PORTS.length);
  const port = Object.fromEntries(PORTS.map((name, index) => [name, numbers[index]])) as Record<
    (typeof PORTS)[number],
    number
  >;
  const at = (name: (typeof PORTS)[number]): string => `127.0.0.1:${port[name]}`;
  const settings = [
    `extensions.jaeger_query.http.endpoint=${at("query")}`,
    `extensions.jaeger_query.grpc.endpoint=${at("queryGrpc")}`,
    `receivers.otlp.protocols.grpc.endpoint=${at("otlpGrpc")}`,
    `receivers.otlp.protocols.http.endpoint=${at("otlpHttp")}`,
    `receivers.jaeger.protocols.thrift_http.endpoint=${at("thriftHttp")}`,
    `receivers.jaeger.protocols.grpc.endpoint=${at("jaegerGrpc")}`,
    `receivers.jaeger.protocols.thrift_compact.endpoint=${at("udpCompact")}`,
    `receivers.jaeger.protocols.thrift_binary.endpoint=${at("udpBinary")}`,
    `receivers.zipkin.endpoint=${at("zipkin")}`,
    `extensions.healthcheckv2.http.endpoint=${at("health")}`,
    `extensions.healthcheckv2.grpc.endpoint=${at("healthGrpc")}`,
    "service.extensions=[jaeger_storage, jaeger_query, healthcheckv2]",
    "extensions.jaeger_query.enable_tracing=false",
    "service.telemetry.metrics.level=none",
    // No batching: a span can be read as soon as it was accepted.
    "service.pipelines.traces.processors=[]",
  ];
  const running = await startProcess({
    name: "Jaeger",
    command: installed("jaeger"),
    args: settings.flatMap((setting) => ["--set", setting]),
    ready: () => answers(`http://${at("health")}/status`),
  });
  const api = `http://${at("query")}/api`;
  return {
    name: "jaeger",
    collectors: {
      zipkin: { host: "127.0.0.1", port: port.zipkin },
      otlpGrpc: { host: "127.0.0.1", port: port.otlpGrpc },
      otlpHttp: { host: "127.0.0.1", port: port.otlpHttp },
      jaegerThrift: { host: "127.0.0.1", port: port.thriftHttp },
      jaegerUdpCompact: { host: "127.0.0.1", port: port.udpCompact },
      jaegerUdpBinary: { host: "127.0.0.1", port: port.udpBinary },
    },
    page: api,
    sent: async (traceId) => stored(await read(`${api}/traces/${traceId}?raw=true`)),
    drawn: async (traceId) => stored(await read(`${api}/traces/${traceId}`)),
    async services() {
      const response = await fetch(`${api}/services`);
      return ((await response.json()) as { data: string[] | null }).data ?? [];
    },
    async traceIds(service) {
      const response = await fetch(`${api}/traces?service=${encodeURIComponent(service)}&limit=5000&lookback=1h`);
      const { data } = (await response.json()) as { data: { traceID: string }[] | null };
      return (data ?? []).map(({ traceID }) => traceID);
    },
    processes: [running],
    stop: running.stop,
  };
}

async function read(url: string): Promise<JaegerTrace | undefined> {
  const response = await fetch(url);
  const { data } = (await response.json()) as { data: readonly JaegerTrace[] | null };
  return data?.[0];
}

function stored(trace: JaegerTrace | undefined): StoredSpan[] {
  if (trace === undefined) return [];
  return trace.spans.map((span) => {
    const tag = (key: string): unknown => span.tags.find((one) => one.key === key)?.value;
    const parent = span.references.find(({ refType }) => refType === "CHILD_OF")?.spanID;
    return {
      id: span.spanID,
      ...(parent === undefined ? {} : { parentId: parent }),
      service: trace.processes[span.processID]?.serviceName ?? "",
      kind: String(tag("span.kind") ?? "internal"),
      name: span.operationName,
      reporter: tag("component") === "proxy" ? "proxy" : "app",
      tag,
      warnings: span.warnings ?? [],
    };
  });
}
