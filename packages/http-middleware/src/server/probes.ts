/**
 * Which requests are probes, which are not recorded by default.
 */
import { type Arrival, type Carried, headerOf } from "./arrival.js";
import { pathOf } from "./request-target.js";

const PROBES = new Set(["/healthz", "/livez", "/readyz", "/metrics"]);

/** Returns whether the request is a probe of Kubernetes or a scrape of metrics. */
export function isProbe(arrival: Arrival): boolean {
  return isKubeProbe(arrival) || PROBES.has(pathOf(arrival.target));
}

/** Returns whether a kubelet sent the request. */
export function isKubeProbe(arrival: Carried): boolean {
  return headerOf(arrival, "user-agent")?.startsWith("kube-probe/") === true;
}
