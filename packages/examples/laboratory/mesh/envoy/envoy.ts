/**
 * A running Envoy.
 */
import { installed } from "../parts/install.js";
import { answers, type RunningProcess, startProcess } from "../running-process.js";
import { bootstrap, type ProxyConfiguration } from "./configuration.js";
import type { ProxyKind } from "./hop.js";

export interface Envoy extends RunningProcess {
  /** The port of the listener of that kind. */
  port(kind: ProxyKind): number;
}

type Settings = Omit<ProxyConfiguration, "admin" | "bind">;

const ADMIN_PORT = /admin address: 127\.0\.0\.1:(\d+)/;

/**
 * Starts an Envoy on 127.0.0.1. Its configuration goes over the command line: no file is left
 * anywhere. The ports are those that the system gives it: the admin's is in its log, the listeners'
 * are asked there.
 */
export async function startEnvoy(settings: Settings): Promise<Envoy> {
  const configuration = bootstrap({ ...settings, admin: { host: "127.0.0.1", port: 0 }, bind: "127.0.0.1" });
  let ports: ReadonlyMap<string, number> = new Map();
  const running = await startProcess({
    name: `Envoy ${settings.serviceName}`,
    command: installed("envoy"),
    args: ["--config-yaml", JSON.stringify(configuration), "--concurrency", "1", "--disable-hot-restart"],
    async ready({ output }) {
      const admin = ADMIN_PORT.exec(output())?.[1];
      if (admin === undefined || !(await answers(`http://127.0.0.1:${admin}/ready`))) return false;
      ports = await listenerPorts(admin);
      return true;
    },
  });
  return { ...running, port: (kind) => ports.get(kind) ?? 0 };
}

/** The ports that were bound, by the listener's name. */
async function listenerPorts(adminPort: string): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/listeners?format=json`);
  const { listener_statuses: listeners } = (await response.json()) as {
    listener_statuses: { name: string; local_address: { socket_address: { port_value: number } } }[];
  };
  return new Map(listeners.map(({ name, local_address }) => [name, local_address.socket_address.port_value]));
}
