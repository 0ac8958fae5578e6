/**
 * Whether every proxy of the overlay traces everything, and to which provider it reports.
 */
import {
  type Check,
  type ClassicGatewaySpec,
  covers,
  deployments,
  type GatewaySpec,
  type Labels,
  nameOf,
  ofKind,
  type Rendered,
  type Resource,
  ROOT_NAMESPACE,
  specOf,
  type TelemetrySpec,
} from "../resource.js";

export const telemetry: Check = (rendered) => [
  ...ofKind(rendered.resources, "Telemetry").flatMap((resource) => knownProviders(resource, rendered.providers)),
  ...proxies(rendered).flatMap((proxy) => tracesEverything(proxy, rendered.resources)),
];

function knownProviders(resource: Resource, known: readonly string[]): string[] {
  const named = (specOf<TelemetrySpec>(resource).tracing ?? []).flatMap(({ providers = [] }) => providers);
  return named
    .filter(({ name }) => !known.includes(name))
    .map(({ name }) => `${nameOf(resource)}: provider ${name} is no extensionProvider; one of ${known.join(", ")}.`);
}

interface Proxy {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Labels;
}

function proxies({ resources, dataPlane }: Rendered): Proxy[] {
  const gateways = ofKind(resources, "Gateway", "gateway.networking.k8s.io").map((resource) => ({
    name: `${nameOf(resource)} (${specOf<GatewaySpec>(resource).gatewayClassName})`,
    namespace: resource.metadata.namespace,
    labels: { "gateway.networking.k8s.io/gateway-name": resource.metadata.name },
  }));
  const classic = ofKind(resources, "Gateway", "networking.istio.io").map((resource) => ({
    name: `the ingress gateway of ${nameOf(resource)}`,
    namespace: ROOT_NAMESPACE,
    labels: specOf<ClassicGatewaySpec>(resource).selector ?? {},
  }));
  const sidecars = deployments(resources).map(({ resource, spec }) => ({
    name: `the sidecar of ${nameOf(resource)}`,
    namespace: resource.metadata.namespace,
    labels: spec.template.metadata?.labels ?? {},
  }));
  return [...gateways, ...classic, ...(dataPlane === "sidecar" ? sidecars : [])];
}

/**
 * A setting nearer to the proxy replaces that of its namespace, which replaces the one
 * for the mesh.
 */
function tracesEverything(proxy: Proxy, resources: readonly Resource[]): string[] {
  const nearness = ({ metadata, spec }: Resource): number => {
    const { selector } = (spec ?? {}) as TelemetrySpec;
    if (selector !== undefined) {
      return metadata.namespace === proxy.namespace && covers(proxy.labels, selector.matchLabels) ? 3 : 0;
    }
    return metadata.namespace === proxy.namespace ? 2 : metadata.namespace === ROOT_NAMESPACE ? 1 : 0;
  };
  const said = ofKind(resources, "Telemetry")
    .filter((one) => nearness(one) > 0)
    .toSorted((one, other) => nearness(one) - nearness(other))
    .flatMap((one) => specOf<TelemetrySpec>(one).tracing ?? [])
    .reduce((all, one) => Object.assign(all, one), {} as NonNullable<TelemetrySpec["tracing"]>[number]);
  if (said.providers === undefined || said.providers.length === 0) {
    return [`${proxy.name}: no Telemetry of namespace ${proxy.namespace} names a provider for it: it traces nothing.`];
  }
  if (said.disableSpanReporting === true) return [`${proxy.name}: its spans are not reported.`];
  const percentage = said.randomSamplingPercentage ?? 1;
  return percentage === 100 ? [] : [`${proxy.name}: it samples ${percentage} % and not 100.`];
}
