/**
 * Which hosts may receive tracing headers.
 */
import type { PropagateTo } from "@meshtrace/core/adapter";

const MESH_SUFFIXES = [".svc", ".cluster.local", ".local", ".internal"];
const PRIVATE_V4 = /^(127|10)\.\d+\.\d+\.\d+$|^192\.168\.\d+\.\d+$|^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/;
// RFC 4193 and RFC 4291: loopback, unique local and link-local.
const PRIVATE_V6 = /^\[(::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;

/** Returns whether a call to `host` (no port; IPv6 in brackets) may carry tracing headers. False when a function throws. */
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
  // Not `test`, which continues at `lastIndex` of an expression with /g or /y.
  if (typeof target !== "string") return host.search(target) >= 0;
  if (target === "mesh" || target === "all" || target === "none") return propagates(host, target);
  return target.startsWith("*.") ? host.endsWith(target.slice(1)) : host === target;
}

function inMesh(host: string): boolean {
  if (host.startsWith("[")) return PRIVATE_V6.test(host);
  if (!host.includes(".")) return host !== "";
  return MESH_SUFFIXES.some((suffix) => host.endsWith(suffix)) || PRIVATE_V4.test(host);
}
