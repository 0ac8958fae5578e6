/**
 * The mesh configuration, whose unknown keys Istio drops without a word.
 */
import { nameOf, ofKind, type Resource, type ServiceSpec, specOf } from "../resource.js";

export interface MeshConfig {
  readonly extensionProviders?: readonly Record<string, unknown>[];
}

/** The members of Istio's MeshConfig that a configuration of tracing needs. */
const MESH_CONFIG = ["enableTracing", "extensionProviders", "defaultProviders", "defaultConfig", "accessLogFile"];
const PROVIDERS = new Map([
  ["zipkin", ["service", "port", "maxTagLength", "enable64bitTraceId", "path", "traceContextOption", "timeout"]],
  [
    "opentelemetry",
    ["service", "port", "maxTagLength", "http", "grpc", "resourceDetectors", "serviceAttributeEnrichment"],
  ],
]);
const NESTED = new Map([
  ["http", ["path", "timeout", "headers"]],
  ["grpc", ["timeout", "initialMetadata"]],
]);

/** The Services of Istio's tracing addons, and their ports. */
const ADDONS = new Map([
  ["zipkin.istio-system.svc.cluster.local", [9411]],
  ["jaeger-collector.istio-system.svc.cluster.local", [4317, 4318, 9411, 14_250, 14_268]],
]);

export function providerNames({ extensionProviders = [] }: MeshConfig): string[] {
  return extensionProviders.map(({ name }) => String(name));
}

/** `resources` are an overlay's, whose Services a provider may name too. */
export function meshConfigProblems(config: MeshConfig, resources: readonly Resource[]): string[] {
  const providers = config.extensionProviders ?? [];
  const names = providerNames(config);
  return [
    ...unknownKeys("meshConfig", config, MESH_CONFIG),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `provider ${name} is there twice.`),
    ...providers.flatMap((provider) => providerProblems(provider, resources)),
  ];
}

function providerProblems({ name, ...kinds }: Record<string, unknown>, resources: readonly Resource[]): string[] {
  const problems = unknownKeys(`provider ${name}`, kinds, [...PROVIDERS.keys()]);
  for (const [kind, allowed] of PROVIDERS) {
    const settings = kinds[kind] as Record<string, unknown> | undefined;
    if (settings === undefined) continue;
    problems.push(...unknownKeys(`provider ${name}`, settings, allowed));
    for (const [member, keys] of NESTED) {
      problems.push(...unknownKeys(`provider ${name}, ${member}`, (settings[member] ?? {}) as object, keys));
    }
    const { service, port } = settings as { service?: string; port?: number };
    const ports = portsOf(service ?? "", resources);
    if (ports === undefined) problems.push(`provider ${name}: there is no Service ${service}.`);
    else if (!ports.includes(port ?? 0)) problems.push(`provider ${name}: ${service} has no port ${port}.`);
  }
  return problems;
}

function portsOf(host: string, resources: readonly Resource[]): readonly number[] | undefined {
  const own = ofKind(resources, "Service").find(
    ({ metadata }) => host === `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
  );
  return own === undefined ? ADDONS.get(host) : (specOf<ServiceSpec>(own).ports ?? []).map(({ port }) => port);
}

function unknownKeys(where: string, value: object, allowed: readonly string[]): string[] {
  return Object.keys(value)
    .filter((key) => !allowed.includes(key))
    .map((key) => `${where}: ${key} is unknown; one of ${allowed.join(", ")}.`);
}

/** Other fields of an IstioOperator; Istio drops the rest of it in silence too. */
export function operatorProblems(operator: Resource): string[] {
  const wrong = operator.apiVersion !== "install.istio.io/v1alpha1" || operator.kind !== "IstioOperator";
  return [
    ...(wrong ? [`${nameOf(operator)}: istioctl takes an IstioOperator of install.istio.io/v1alpha1.`] : []),
    ...unknownKeys(nameOf(operator), specOf<object>(operator), ["profile", "meshConfig", "components", "values"]),
  ];
}
