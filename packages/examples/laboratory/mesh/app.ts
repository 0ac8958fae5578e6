/**
 * The hello-world service as a workload of the mesh, configured as its pod would be.
 */
import { fileURLToPath } from "node:url";
import type { Backend } from "./backends/backend.js";
import { MeshFailure } from "./failure.js";
import { podEnvironment } from "./layout.js";
import { type RunningProcess, startProcess } from "./running-process.js";

/** What a service sends its spans with. */
export type ExporterName = "jaeger" | "otlp" | "zipkin";

export interface AppSettings {
  readonly workload: string;
  readonly exporter: ExporterName;
  readonly backend: Backend;
  /** Where the next service is called; without it the service makes no call. */
  readonly timeServiceUrl?: string;
  /** The program of the service. Default: the hello-world service. */
  readonly program?: string;
  /** More variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

export interface App extends RunningProcess {
  readonly port: number;
}

// This file runs from source in tests, and built elsewhere: the service is always the built one.
const SERVER = fileURLToPath(new URL("../../dist/hello-world/server.js", import.meta.url)).replace(
  "/dist/dist/",
  "/dist/",
);

/** Starts the built service on a free port of 127.0.0.1. */
export async function startApp(settings: AppSettings): Promise<App> {
  const { workload, timeServiceUrl, environment, nodeOptions = [] } = settings;
  const running = await startProcess({
    name: `app ${workload}`,
    command: process.execPath,
    args: [...nodeOptions, "--enable-source-maps", settings.program ?? SERVER],
    environment: {
      ...podEnvironment({ workload }),
      PORT: "0",
      HOST: "127.0.0.1",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      ...exporterEnvironment(settings.exporter, settings.backend),
      ...(timeServiceUrl === undefined ? {} : { TIME_SERVICE_URL: timeServiceUrl }),
      ...environment,
    },
    ready: ({ output }) => listening(output()) !== undefined,
  });
  return { ...running, port: listening(running.output()) ?? 0 };
}

function listening(output: string): number | undefined {
  const line = /^\{"listening":(\d+)\}$/m.exec(output);
  return line === null ? undefined : Number(line[1]);
}

/**
 * The variables that send a service's spans to a backend. Throws `MeshFailure` where it does not
 * take that protocol.
 */
function exporterEnvironment(exporter: ExporterName, backend: Backend): Readonly<Record<string, string>> {
  const { jaegerThrift, otlpHttp, zipkin } = backend.collectors;
  const url = (at: { host: string; port: number } | undefined, path: string): string => {
    if (at === undefined) throw new MeshFailure(`${backend.name} does not take the spans of the exporter ${exporter}`);
    return `http://${at.host}:${at.port}${path}`;
  };
  const endpoints: Record<ExporterName, () => Record<string, string>> = {
    jaeger: () => ({ OTEL_EXPORTER_JAEGER_ENDPOINT: url(jaegerThrift, "/api/traces") }),
    otlp: () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(otlpHttp, "/v1/traces") }),
    zipkin: () => ({ OTEL_EXPORTER_ZIPKIN_ENDPOINT: url(zipkin, "/api/v2/spans") }),
  };
  return { OTEL_TRACES_EXPORTER: exporter, ...endpoints[exporter]() };
}
