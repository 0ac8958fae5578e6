/**
 * Whether a request to `/` and to `/gettime` finds its way in: gateway, route, Service, port.
 */
import {
  type Check,
  type ClassicGatewaySpec,
  type GatewaySpec,
  type HttpRouteSpec,
  nameOf,
  ofKind,
  type Resource,
  type ServiceSpec,
  specOf,
  type VirtualServiceSpec,
} from "../resource.js";

const PATHS = ["/", "/gettime"];
const CLASSES = ["istio", "istio-waypoint"];
/** `istio: ingress` is what Helm's release `istio-ingress` is labelled with. */
const INGRESS = ["ingressgateway", "ingress"];

export const routing: Check = ({ resources }) => {
  const routes = ofKind(resources, "HTTPRoute");
  const virtual = ofKind(resources, "VirtualService");
  return [
    ...ofKind(resources, "Gateway", "gateway.networking.k8s.io").flatMap(gatewayClass),
    ...ofKind(resources, "Gateway", "networking.istio.io").flatMap(classicGateway),
    ...routes.flatMap((route) => httpRoute(route, resources)),
    ...virtual.flatMap((service) => virtualService(service, resources)),
    ...(routes.length + virtual.length === 0 ? ["there is no HTTPRoute and no VirtualService: nothing comes in."] : []),
  ];
};

function gatewayClass(resource: Resource): string[] {
  const { gatewayClassName } = specOf<GatewaySpec>(resource);
  return CLASSES.includes(gatewayClassName)
    ? []
    : [`${nameOf(resource)}: no controller serves class ${gatewayClassName}.`];
}

function classicGateway(resource: Resource): string[] {
  const { selector } = specOf<ClassicGatewaySpec>(resource);
  return INGRESS.includes(selector?.["istio"] ?? "")
    ? []
    : [`${nameOf(resource)}: its selector is that of no ingress gateway.`];
}

function httpRoute(route: Resource, resources: readonly Resource[]): string[] {
  const { parentRefs = [], rules = [] } = specOf<HttpRouteSpec>(route);
  const say = (sentence: string): string => `${nameOf(route)}: ${sentence}`;
  const problems = parentRefs.length === 0 ? [say("it has no parent.")] : [];
  for (const { name, namespace = route.metadata.namespace, sectionName } of parentRefs) {
    const gateway = ofKind(resources, "Gateway", "gateway.networking.k8s.io").find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    );
    const listeners = gateway === undefined ? [] : specOf<GatewaySpec>(gateway).listeners;
    if (gateway === undefined) problems.push(say(`there is no Gateway ${namespace}/${name}.`));
    else if (sectionName !== undefined && !listeners.some((one) => one.name === sectionName)) {
      problems.push(say(`Gateway ${name} has no listener ${sectionName}.`));
    }
  }
  for (const { name, namespace = route.metadata.namespace, port } of rules.flatMap((rule) => rule.backendRefs ?? [])) {
    problems.push(...backend(resources, `${name}.${namespace}`, port).map(say));
  }
  const matches = rules.flatMap((rule) => rule.matches ?? [{}]);
  const reached = (path: string): boolean =>
    matches.some(({ path: { type = "PathPrefix", value = "/" } = {} }) => matchesPath(path, type === "Exact", value));
  return [...problems, ...unreached(reached).map(say)];
}

function virtualService(service: Resource, resources: readonly Resource[]): string[] {
  const { gateways = [], http = [] } = specOf<VirtualServiceSpec>(service);
  const say = (sentence: string): string => `${nameOf(service)}: ${sentence}`;
  const known = ofKind(resources, "Gateway", "networking.istio.io").flatMap(({ metadata }) => [
    `${metadata.namespace}/${metadata.name}`,
    ...(metadata.namespace === service.metadata.namespace ? [metadata.name] : []),
  ]);
  const problems = gateways.filter((name) => !known.includes(name)).map((name) => say(`there is no Gateway ${name}.`));
  if (gateways.length === 0) problems.push(say("it names no gateway, and no request from outside finds it."));
  for (const { host, port, subset } of http.flatMap(({ route = [] }) => route.map(({ destination }) => destination))) {
    const full = host.includes(".") ? host : `${host}.${service.metadata.namespace}`;
    problems.push(...backend(resources, full, port?.number).map(say));
    if (subset !== undefined) problems.push(say(`no DestinationRule of ${host} has the subset ${subset}.`));
  }
  const matches = http.flatMap(({ match = [{}] }) => match);
  const reached = (path: string): boolean =>
    matches.some(({ uri }) => matchesPath(path, uri?.exact !== undefined, uri?.exact ?? uri?.prefix ?? "/"));
  return [...problems, ...unreached(reached).map(say)];
}

/** `host` is the Service's name and namespace, with or without the cluster's domain. */
function backend(resources: readonly Resource[], host: string, port: number | undefined): string[] {
  const [name, namespace] = host.replace(/\.svc(\.cluster\.local)?$/, "").split(".");
  const service = ofKind(resources, "Service").find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
  if (service === undefined) return [`there is no Service ${host}.`];
  const ports = (specOf<ServiceSpec>(service).ports ?? []).map((one) => one.port);
  return port !== undefined && ports.includes(port) ? [] : [`Service ${host} has no port ${port}.`];
}

function matchesPath(path: string, exact: boolean, value: string): boolean {
  if (exact) return path === value;
  return value === "/" || path === value || path.startsWith(`${value.replace(/\/$/, "")}/`);
}

function unreached(reached: (path: string) => boolean): string[] {
  return PATHS.filter((path) => !reached(path)).map((path) => `no rule matches ${path}.`);
}
