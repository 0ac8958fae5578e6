/**
 * Which requests are probes, which are not recorded by default.
 */
import { type Arrival, type Carried, headerOf } from "./arrival.js";
import { pathOf } from "./request-target.js";

const PROBES = new Set(["/healthz", "/livez", "/readyz", "/metrics"]);
const MAX_PROBE_PATH = Math.max(...[...PROBES].map((path) => path.length));

// Loopback, RFC 1918, link-local and RFC 6598; RFC 4193 and RFC 4291. A dual-stack socket maps IPv4
// addresses.
const PRIVATE_PEER =
  /^(::ffff:)?(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.|^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/**
 * Returns whether the request is a probe of Kubernetes or a scrape of metrics. A client outside the
 * mesh must not be able to hide its requests: the path counts for GET and HEAD, and the user agent
 * of a kubelet only from a private address.
 */
export function isProbe(arrival: Arrival): boolean {
  const path = pathOf(arrival.target);
  // A look into the set hashes the path, and most paths are longer.
  const isProbePath = path.length <= MAX_PROBE_PATH && PROBES.has(path);
  if (isProbePath && (arrival.method === "GET" || arrival.method === "HEAD")) return true;
  return isKubeProbe(arrival) && PRIVATE_PEER.test(arrival.peer ?? "");
}

/** Returns whether the user agent is that of a kubelet. */
function isKubeProbe(arrival: Carried): boolean {
  return headerOf(arrival, "user-agent")?.startsWith("kube-probe/") === true;
}
