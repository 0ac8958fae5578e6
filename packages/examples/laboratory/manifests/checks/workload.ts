/**
 * Whether Services reach their Pods, and the mesh knows that they speak HTTP.
 */
import {
  type Check,
  covers,
  deployments,
  nameOf,
  ofKind,
  type Resource,
  type ServiceSpec,
  specOf,
} from "../resource.js";

export const workload: Check = ({ resources }) => [
  ...ofKind(resources, "Service").flatMap((service) => serviceProblems(service, resources)),
  ...deployments(resources).flatMap(({ resource, spec }) =>
    covers(spec.template.metadata?.labels, spec.selector.matchLabels)
      ? []
      : [`${nameOf(resource)}: its matchLabels are not on its Pods.`],
  ),
];

function serviceProblems(service: Resource, resources: readonly Resource[]): string[] {
  const { selector, ports = [] } = specOf<ServiceSpec>(service);
  const pods = deployments(resources).filter(
    ({ resource, spec }) =>
      resource.metadata.namespace === service.metadata.namespace && covers(spec.template.metadata?.labels, selector),
  );
  if (selector === undefined || pods.length === 0) return [`${nameOf(service)}: its selector matches no Pod.`];
  if (pods.length > 1) return [`${nameOf(service)}: its selector matches the Pods of ${pods.length} Deployments.`];
  const containers = pods.flatMap(({ spec }) => spec.template.spec.containers);
  const open = containers.flatMap((container) => container.ports ?? []);
  return ports.flatMap(({ name, port, targetPort = port, appProtocol }) => {
    const problems: string[] = [];
    if (!open.some((one) => one.name === targetPort || one.containerPort === targetPort)) {
      problems.push(`${nameOf(service)}: targetPort ${targetPort} is no port of its Pods.`);
    }
    // appProtocol comes before the name.
    const http = appProtocol === undefined ? /^http(-|$)/.test(name ?? "") : appProtocol === "http";
    if (!http) problems.push(`${nameOf(service)}: port ${port} does not say that it is HTTP, and is not traced.`);
    return problems;
  });
}
