/**
 * Who this process is: the service name and the resource that its spans carry.
 */
import type { Attributes } from "@opentelemetry/api";

/** What can be known of the process and its pod. */
export interface ProcessFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly nodeVersion: string;
  readonly hostName: string;
  /** The name in the nearest package.json. */
  readonly packageName: string | undefined;
}

/**
 * The service name where none was configured: `app.namespace` from the Downward API (variables `APP_NAME` for the label
 * `app`, `POD_NAMESPACE`), the name that Envoy and Kiali use; else package.json's name; else `unknown_service:node`.
 */
export function defaultServiceName({ environment, packageName }: ProcessFacts): { value: string; source: string } {
  const { APP_NAME: app, POD_NAMESPACE: namespace } = environment;
  if (app && namespace) return { value: `${app}.${namespace}`, source: "kubernetes" };
  if (packageName) return { value: packageName, source: "package.json" };
  return { value: "unknown_service:node", source: "default" };
}

/** The resource by OpenTelemetry's conventions; what was configured wins over what was found. */
export function resourceAttributes(serviceName: string, configured: Attributes, facts: ProcessFacts): Attributes {
  const found: Attributes = {
    "host.name": facts.hostName,
    "process.pid": facts.pid,
    "process.runtime.name": "nodejs",
    "process.runtime.version": facts.nodeVersion,
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.name": "opentelemetry",
  };
  const { POD_NAME: pod, POD_NAMESPACE: namespace, POD_IP: address } = facts.environment;
  if (pod) found["k8s.pod.name"] = pod;
  if (namespace) found["k8s.namespace.name"] = namespace;
  if (address) found["k8s.pod.ip"] = address;
  return { ...found, ...configured, "service.name": serviceName };
}
