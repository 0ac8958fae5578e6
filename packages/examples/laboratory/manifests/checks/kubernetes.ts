/**
 * What an API server refuses and a schema does not: ports, names, Kubernetes' own enumerations, and
 * the order.
 */
import {
  type Check,
  deployments,
  nameOf,
  ofKind,
  type Resource,
  ROOT_NAMESPACE,
  type ServiceSpec,
  specOf,
} from "../resource.js";

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SERVICE_TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
const PROTOCOLS = ["TCP", "UDP", "SCTP"];
const PULL_POLICIES = ["Always", "IfNotPresent", "Never"];
const CLUSTER_SCOPED = ["Namespace", "GatewayClass", "ClusterRole", "ClusterRoleBinding"];

export const kubernetes: Check = ({ resources }) => [
  ...resources.flatMap(names),
  ...order(resources),
  ...ofKind(resources, "Service").flatMap(services),
  ...deployments(resources).flatMap(({ resource, spec }) =>
    spec.template.spec.containers.flatMap((container) => [
      ...(container.ports ?? []).flatMap(({ containerPort, protocol }) => [
        ...port(resource, containerPort),
        ...oneOf(resource, "protocol", protocol, PROTOCOLS),
      ]),
      ...oneOf(resource, "imagePullPolicy", container.imagePullPolicy, PULL_POLICIES),
    ]),
  ),
];

function names(resource: Resource): string[] {
  const { name, namespace } = resource.metadata;
  return [name, namespace ?? "any"]
    .filter((text) => !NAME.test(text))
    .map((text) => `${nameOf(resource)}: "${text}" is no name by RFC 1123.`);
}

/** One `kubectl apply -f` goes from the top to the bottom. */
function order(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource, index) => {
    const { namespace } = resource.metadata;
    if (CLUSTER_SCOPED.includes(resource.kind)) return [];
    if (namespace === undefined) return [`${nameOf(resource)}: it names no namespace.`];
    if (namespace === ROOT_NAMESPACE) return [];
    const before = resources.slice(0, index).some((one) => one.kind === "Namespace" && one.metadata.name === namespace);
    return before ? [] : [`${nameOf(resource)}: its namespace does not come before it.`];
  });
}

function services(resource: Resource): string[] {
  const { type, ports = [] } = specOf<ServiceSpec>(resource);
  return [
    ...oneOf(resource, "type", type, SERVICE_TYPES),
    ...ports.flatMap((one) => [...port(resource, one.port), ...oneOf(resource, "protocol", one.protocol, PROTOCOLS)]),
  ];
}

function port(resource: Resource, value: number): string[] {
  return value >= 1 && value <= 65_535 ? [] : [`${nameOf(resource)}: ${value} is no port.`];
}

function oneOf(resource: Resource, field: string, value: string | undefined, allowed: readonly string[]): string[] {
  if (value === undefined || allowed.includes(value)) return [];
  return [`${nameOf(resource)}: ${field} ${value} is none of ${allowed.join(", ")}.`];
}
