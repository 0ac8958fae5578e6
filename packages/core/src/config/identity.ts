/**
 * Who this process is: the service name and the resource that its spans carry.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Attributes } from "@opentelemetry/api";
import { SDK_INFO } from "@opentelemetry/core";
import type { Settings } from "./settings.js";

/** What can be known of the process and its pod. */
export interface ProcessFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly nodeVersion: string;
  readonly hostName: string;
  /** The program's file, or the working directory: the nearest package.json from there up has the name. */
  readonly startedIn: string;
}

/** The resource of this process, its service name settled and noted in `settings`. */
export function identify(settings: Settings, facts: ProcessFacts): Attributes {
  const configured = settings.find<Attributes>("resourceAttributes") ?? {};
  if (!settings.has("serviceName")) {
    const { value, source } = serviceName(configured["service.name"], settings.source("resourceAttributes"), facts);
    settings.set("serviceName", value, source);
  }
  return resourceAttributes(settings.get("serviceName"), configured, facts);
}

function serviceName(named: unknown, source: string, facts: ProcessFacts): { value: string; source: string } {
  return typeof named === "string" && named !== "" ? { value: named, source } : defaultServiceName(facts);
}

/**
 * The service name where none was configured: `app.namespace` from the Downward API (variables `APP_NAME` for the label
 * `app`, `POD_NAMESPACE`), the name that Envoy and Kiali use; else package.json's name; else `unknown_service:node`.
 */
function defaultServiceName({ environment, startedIn }: ProcessFacts): { value: string; source: string } {
  const { APP_NAME: app, POD_NAMESPACE: namespace } = environment;
  if (app && namespace) return { value: `${app}.${namespace}`, source: "kubernetes" };
  const name = packageName(startedIn);
  if (name !== undefined) return { value: name, source: "package.json" };
  return { value: "unknown_service:node", source: "default" };
}

/** The resource by OpenTelemetry's conventions; what was configured wins over what was found. */
function resourceAttributes(serviceName: string, configured: Attributes, facts: ProcessFacts): Attributes {
  const found: Attributes = {
    "host.name": facts.hostName,
    "process.pid": facts.pid,
    "process.runtime.version": facts.nodeVersion,
    ...SDK_INFO,
    "process.runtime.name": "nodejs",
  };
  const { POD_NAME: pod, POD_NAMESPACE: namespace, POD_IP: address } = facts.environment;
  if (pod) found["k8s.pod.name"] = pod;
  if (namespace) found["k8s.namespace.name"] = namespace;
  if (address) found["k8s.pod.ip"] = address;
  return { ...found, ...configured, "service.name": serviceName };
}

/** The name in the package.json nearest to `file`, upwards; `undefined` without one. */
function packageName(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
      // One without a name only says what kind of modules a build folder holds.
      if (typeof name === "string" && name !== "") return name;
    } catch {
      // No package.json here, or none that can be read: the folder above may have one.
    }
    if (dirname(folder) === folder) return undefined;
  }
}
