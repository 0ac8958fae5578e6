/** A real Zipkin on a free port of 127.0.0.1. */
import { installed } from "../../../examples/mesh/parts/install.js";
import { answers, freePorts, startProcess } from "../../../examples/mesh/running-process.js";

export async function startZipkin(): Promise<{ readonly origin: string; readonly stop: () => Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const origin = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    name: "Zipkin",
    command: "java",
    args: [
      ...["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Darmeria.ports[0].ip=127.0.0.1"],
      ...[`-Darmeria.ports[0].port=${port}`, "-Darmeria.ports[0].protocols[0]=http", "-jar", installed("zipkin")],
    ],
    environment: { STORAGE_TYPE: "mem" },
    ready: () => answers(`${origin}/health`),
  });
  return { origin, stop: running.stop };
}
