/**
 * Which requests are recorded, and which hosts may see tracing headers.
 */

import type { PropagateTo } from "@meshtrace/core/adapter";
import { type Arrival, type Carried, headerOf } from "./server/arrival.js";

const PROBES = new Set(["/healthz", "/livez", "/readyz", "/metrics"]);

/** Whether the request is a probe of Kubernetes or a scrape of metrics. */
export function isProbe(arrival: Arrival): boolean {
  return isKubeProbe(arrival) || PROBES.has(pathOf(arrival.target));
}

/** Whether a kubelet asks. */
export function isKubeProbe(arrival: Carried): boolean {
  return headerOf(arrival, "user-agent")?.startsWith("kube-probe/") === true;
}

// RFC 9112, section 3.2.2: what stands before the path in absolute-form. User info may be part of it.
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** The path of a request target, without its origin and its query. */
export function pathOf(target: string): string {
  const local = withoutOrigin(target);
  const query = local.indexOf("?");
  const path = query < 0 ? local : local.slice(0, query);
  return path === "" ? "/" : path;
}

/** The query of a request target, without the question mark; `undefined` where there is none. */
export function queryOf(target: string): string | undefined {
  const query = target.indexOf("?");
  return query < 0 ? undefined : target.slice(query + 1);
}

function withoutOrigin(target: string): string {
  return target.startsWith("/") ? target : target.replace(ORIGIN, "");
}

const MESH_SUFFIXES = [".svc", ".cluster.local", ".local", ".internal"];
const PRIVATE_V4 = /^(127|10)\.\d+\.\d+\.\d+$|^192\.168\.\d+\.\d+$|^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/;
// RFC 4193 and RFC 4291: loopback, unique local and link-local.
const PRIVATE_V6 = /^\[(::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;

/** Whether a call to `host` (no port; IPv6 in brackets) may carry tracing headers. A function that throws means no. */
export function propagates(host: string, targets: PropagateTo): boolean {
  if (targets === "all") return true;
  if (targets === "none") return false;
  if (targets === "mesh") return inMesh(host);
  if (typeof targets === "function") {
    try {
      return targets(host);
    } catch {
      return false;
    }
  }
  return targets.some((target) => matches(host, target));
}

function matches(host: string, target: string | RegExp): boolean {
  // Not `test`, which begins where its last match of a `/g` ended.
  if (typeof target !== "string") return host.search(target) >= 0;
  if (target === "mesh" || target === "all" || target === "none") return propagates(host, target);
  return target.startsWith("*.") ? host.endsWith(target.slice(1)) : host === target;
}

function inMesh(host: string): boolean {
  if (host.startsWith("[")) return PRIVATE_V6.test(host);
  if (!host.includes(".")) return host !== "";
  return MESH_SUFFIXES.some((suffix) => host.endsWith(suffix)) || PRIVATE_V4.test(host);
}
