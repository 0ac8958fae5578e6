/**
 * Whether the overlay's proxies come to be: injection, ambient, waypoint.
 */
import {
  type Check,
  deployments,
  type GatewaySpec,
  nameOf,
  ofKind,
  type Rendered,
  type Resource,
  specOf,
} from "../resource.js";

export const dataPlane: Check = (rendered) => {
  const used = new Set(deployments(rendered.resources).map(({ resource }) => resource.metadata.namespace));
  const namespaces = ofKind(rendered.resources, "Namespace").filter(({ metadata }) => used.has(metadata.name));
  return rendered.dataPlane === "sidecar" ? sidecars(rendered, namespaces) : ambient(rendered, namespaces);
};

const injects = ({ metadata }: Resource): boolean =>
  metadata.labels?.["istio-injection"] === "enabled" || metadata.labels?.["istio.io/rev"] !== undefined;

function sidecars({ resources }: Rendered, namespaces: readonly Resource[]): string[] {
  const refused = deployments(resources).filter(({ spec }) => {
    const { labels, annotations } = spec.template.metadata ?? {};
    return [labels, annotations].some((one) => one?.["sidecar.istio.io/inject"] === "false");
  });
  return [
    ...namespaces.filter((one) => !injects(one)).map((one) => `${nameOf(one)}: it asks for no sidecars.`),
    ...refused.map(({ resource }) => `${nameOf(resource)}: it refuses its sidecar.`),
    ...namespaces
      .filter(({ metadata }) => metadata.labels?.["istio.io/dataplane-mode"] === "ambient")
      .map((one) => `${nameOf(one)}: it asks for sidecars and for ambient.`),
    // istio-init needs NET_ADMIN.
    ...namespaces
      .filter(({ metadata: { labels } }) =>
        ["baseline", "restricted"].includes(labels?.["pod-security.kubernetes.io/enforce"] ?? ""),
      )
      .map((one) => `${nameOf(one)}: its pod security refuses every Pod with a sidecar.`),
  ];
}

const USE_WAYPOINT = "istio.io/use-waypoint";

function ambient({ resources }: Rendered, namespaces: readonly Resource[]): string[] {
  const gateways = ofKind(resources, "Gateway", "gateway.networking.k8s.io");
  const waypoints = gateways.filter((one) => specOf<GatewaySpec>(one).gatewayClassName === "istio-waypoint");
  const users = resources.filter(({ metadata }) => metadata.labels?.[USE_WAYPOINT] !== undefined);
  const exists = ({ metadata: { labels, namespace, name }, kind }: Resource): boolean =>
    waypoints.some(
      (one) =>
        one.metadata.name === labels?.[USE_WAYPOINT] &&
        one.metadata.namespace === (kind === "Namespace" ? name : namespace),
    );
  const behindGateway = users.filter(({ kind }) => kind === "Service");
  return [
    ...namespaces
      .filter(({ metadata }) => metadata.labels?.["istio.io/dataplane-mode"] !== "ambient")
      .map((one) => `${nameOf(one)}: it is not in the ambient mesh.`),
    ...namespaces.filter(injects).map((one) => `${nameOf(one)}: it asks for ambient and for sidecars.`),
    ...users
      .filter((one) => !exists(one))
      .map((one) => `${nameOf(one)}: there is no waypoint ${one.metadata.labels?.[USE_WAYPOINT]}.`),
    ...(waypoints.length > 0 && users.length === 0 ? ["no namespace or service uses the waypoint."] : []),
    ...users
      .filter(({ kind }) => kind === "Namespace" && gateways.length > waypoints.length)
      .map((one) => `${nameOf(one)}: the Service of the gateway would go through the waypoint too.`),
    ...behindGateway
      .filter(({ metadata }) => metadata.labels?.["istio.io/ingress-use-waypoint"] !== "true")
      .map((one) => `${nameOf(one)}: requests from the gateway go past its waypoint.`),
  ];
}
