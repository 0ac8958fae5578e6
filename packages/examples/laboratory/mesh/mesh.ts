/**
 * A running mesh: the proxies and services of a layout around one backend, with a recorder in front
 * of every hop.
 */
import { type App, type ExporterName, startApp } from "./app.js";
import type { Backend } from "./backends/backend.js";
import type { ProxyListener } from "./envoy/configuration.js";
import { type Envoy, startEnvoy } from "./envoy/envoy.js";
import { PROVIDERS } from "./envoy/provider.js";
import { MeshFailure } from "./failure.js";
import { type Hop, hopsOf, type Layout, operationOf, type ProxyHop, serviceName } from "./layout.js";
import { type Recorded, startRecorder } from "./recorder.js";
import { startRelay } from "./relay.js";
import type { RunningProcess } from "./running-process.js";

export interface MeshSettings {
  readonly layout: Layout;
  readonly backend: Backend;
  readonly exporter: ExporterName;
  /** Default 100. */
  readonly samplingPercentage?: number;
  /** More variables for the services. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node for the services. */
  readonly nodeOptions?: readonly string[];
  /** The programs of services by workload. Default: the hello-world service. */
  readonly programs?: Readonly<Record<string, string>>;
  /**
   * Whether the services call each other over gRPC, whose headers are not recorded. Default false.
   */
  readonly grpc?: boolean;
  /** How often the proxies repeat a request that was answered with 5xx. Default 0. */
  readonly retries?: number;
  /** The port of 127.0.0.1 that the first hop is reached at. Default: a free one. */
  readonly port?: number;
  /** Hears of every request at every hop, in place of `recorded`. */
  readonly heard?: (recorded: Recorded) => void;
}

export interface Mesh {
  /** Where the first hop is. */
  readonly url: string;
  /** The headers that passed so far, in order; empty where another listener receives them. */
  readonly recorded: readonly Recorded[];
  readonly apps: ReadonlyMap<string, App>;
  readonly processes: readonly RunningProcess[];
  stop(): Promise<void>;
}

/**
 * Starts everything at once. When a part does not start, the others are stopped, and its
 * `MeshFailure` is thrown.
 */
export async function startMesh(settings: MeshSettings): Promise<Mesh> {
  const hops = hopsOf(settings.layout);
  const recorded: Recorded[] = [];
  const { heard = (one: Recorded) => recorded.push(one), port = 0 } = settings;
  const [entry, ...others] = hops.map((hop, index) => passage(hops[index - 1], hop));
  // The entry first: where its port is taken nothing else has been begun.
  const recorders = [await startRecorder(entry as string, heard, port)];
  const firstCall = settings.grpc ? hops.findIndex(({ kind }) => kind === "app") + 1 : hops.length;
  for (const [index, name] of others.entries()) {
    recorders.push(await (index + 1 < firstCall ? startRecorder(name, heard) : startRelay()));
  }
  const processes: RunningProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([...processes, ...recorders].map((one) => one.stop()));
  };
  const keep = async <Part extends RunningProcess>(part: Promise<Part>): Promise<Part> => {
    const running = await part;
    processes.push(running);
    return running;
  };
  const apps = new Map<string, App>();
  const portAfter = (index: number): number | undefined => recorders[index + 1]?.port;
  const app = async (hop: Hop, index: number): Promise<void> => {
    const next = portAfter(index);
    const running = await keep(
      startApp({
        ...settings,
        workload: hop.workload,
        ...(settings.programs?.[hop.workload] === undefined
          ? {}
          : { program: settings.programs[hop.workload] as string }),
        ...(next === undefined ? {} : { timeServiceUrl: `http://127.0.0.1:${next}` }),
      }),
    );
    apps.set(hop.workload, running);
    recorders[index]?.forwardTo(running.port);
  };
  const proxy = async (served: readonly (readonly [ProxyHop, number])[]): Promise<void> => {
    const listeners = served.map(([hop, index]) => ({
      ...listenerOf(hop, hops[index + 1] as Hop, portAfter(index) as number),
      ...(index >= firstCall ? { http2: true } : {}),
      ...(settings.retries === undefined ? {} : { retries: settings.retries }),
    }));
    const running = await keep(startProxy(settings, served[0]?.[0] as ProxyHop, listeners));
    for (const [hop, index] of served) recorders[index]?.forwardTo(running.port(hop.kind));
  };
  const starting = [
    ...hops.flatMap((hop, index) => (hop.kind === "app" ? [app(hop, index)] : [])),
    ...byWorkload(hops).map(proxy),
  ];
  const results = await Promise.allSettled(starting);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { url: `http://127.0.0.1:${recorders[0]?.port}`, recorded, apps, processes, stop };
}

/** One Envoy serves both sidecar listeners of a workload. */
function byWorkload(hops: readonly Hop[]): (readonly (readonly [ProxyHop, number])[])[] {
  const groups = new Map<string, (readonly [ProxyHop, number])[]>();
  for (const [index, hop] of hops.entries()) {
    if (hop.kind === "app") continue;
    const group = groups.get(hop.workload) ?? [];
    groups.set(hop.workload, [...group, [hop, index]]);
  }
  return [...groups.values()];
}

function listenerOf(hop: ProxyHop, next: Hop, upstreamPort: number): ProxyListener {
  return {
    kind: hop.kind,
    port: 0,
    upstream: { host: "127.0.0.1", port: upstreamPort },
    operation: operationOf(next),
    ...(hop.upstreamSpan === undefined ? {} : { upstreamSpan: hop.upstreamSpan }),
  };
}

function startProxy(
  { layout, backend, samplingPercentage = 100 }: MeshSettings,
  hop: ProxyHop,
  listeners: readonly ProxyListener[],
): Promise<Envoy> {
  const { provider } = layout;
  const collector = backend.collectors[PROVIDERS[provider].collector.receives];
  if (collector === undefined) {
    throw new MeshFailure(`${backend.name} does not take the spans of the provider ${provider}`);
  }
  return startEnvoy({ provider, samplingPercentage, serviceName: serviceName(hop), listeners, collector });
}

function passage(from: Hop | undefined, to: Hop): string {
  return `${from === undefined ? "caller" : nameOf(from)} -> ${nameOf(to)}`;
}

function nameOf({ kind, workload }: Hop): string {
  const words: Record<Hop["kind"], string> = {
    app: workload,
    gateway: "gateway",
    classicGateway: "gateway",
    waypoint: "waypoint",
    sidecarInbound: `${workload} inbound`,
    sidecarOutbound: `${workload} outbound`,
  };
  return words[kind];
}
