/**
 * A running Zipkin, which keeps traces in memory, and what can be read back from it.
 */
import { tmpdir } from "node:os";
import { installed } from "../parts/install.js";
import { answers, freePorts, startProcess } from "../running-process.js";
import type { Backend } from "./backend.js";
import { drawnByZipkin, storedByZipkin, type ZipkinSpan } from "./zipkin-tree.js";

/** Starts Zipkin on a free port of 127.0.0.1. */
export async function startZipkin(): Promise<Backend> {
  const [port = 0] = await freePorts(1);
  const address = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    name: "Zipkin",
    command: "java",
    args: [
      // A quick start and a small heap count here, and not the speed of a busy collector.
      ...["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"],
      // Otherwise files stay in /tmp when it is killed.
      ...["-XX:-UsePerfData", `-Djava.io.tmpdir=${tmpdir()}`],
      "-Darmeria.ports[0].ip=127.0.0.1",
      `-Darmeria.ports[0].port=${port}`,
      "-Darmeria.ports[0].protocols[0]=http",
      "-jar",
      installed("zipkin"),
    ],
    environment: { STORAGE_TYPE: "mem" },
    ready: () => answers(`${address}/health`),
  });
  const spans = async (traceId: string): Promise<readonly ZipkinSpan[]> => {
    const response = await fetch(`${address}/api/v2/trace/${traceId}`);
    // 404 until the first span is there.
    if (response.status === 404) return [];
    return (await response.json()) as ZipkinSpan[];
  };
  return {
    name: "zipkin",
    collectors: { zipkin: { host: "127.0.0.1", port } },
    page: `${address}/zipkin/`,
    sent: async (traceId) => storedByZipkin(await spans(traceId)),
    drawn: async (traceId) => drawnByZipkin(await spans(traceId)),
    async services() {
      const response = await fetch(`${address}/api/v2/services`);
      return (await response.json()) as string[];
    },
    async traceIds(service) {
      const query = new URLSearchParams({ serviceName: service, limit: "5000" });
      const response = await fetch(`${address}/api/v2/traces?${query}`);
      const traces = (await response.json()) as ZipkinSpan[][];
      return traces.flatMap(([first]) => (first === undefined ? [] : [first.traceId]));
    },
    processes: [running],
    stop: running.stop,
  };
}
