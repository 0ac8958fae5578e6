/**
 * Which hosts may receive tracing headers.
 */
import type { PropagateTo } from "@meshtrace/core/adapter";

const MESH_SUFFIXES = [".svc", ".cluster.local", ".local", ".internal"];
const PRIVATE_V4 = /^(127|10)\.\d+\.\d+\.\d+$|^192\.168\.\d+\.\d+$|^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/;
// RFC 4193 and RFC 4291: loopback, unique local and link-local.
const PRIVATE_V6 = /^\[(::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;

// As the URL standard writes it: two groups of hexadecimal digits.
const MAPPED_V4 = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/**
 * Returns whether a call to `host` (no port; IPv6 in brackets) may carry tracing headers. A dot at
 * the end, upper case and the IPv6 form of an IPv4 address change nothing. False when a function
 * throws.
 */
export function propagates(host: string, targets: PropagateTo): boolean {
  if (targets === "all") return true;
  if (targets === "none") return false;
  return isTarget(canonicalHost(host), targets);
}

function isTarget(host: string, targets: Exclude<PropagateTo, "all" | "none">): boolean {
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
  if (target === host) return true;
  const name = canonicalHost(target);
  return name.startsWith("*.") ? host.endsWith(name.slice(1)) : host === name;
}

/** Returns one spelling for all names of a host. */
function canonicalHost(host: string): string {
  let name = host.toLowerCase();
  if (name.endsWith(".")) name = name.slice(0, -1);
  const isAddress = name.includes(":");
  if (!isAddress) return name;
  const url = `http://${name.startsWith("[") ? name : `[${name}]`}`;
  if (!URL.canParse(url)) return name;
  const { hostname } = new URL(url);
  const [, high, low] = MAPPED_V4.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname;
  const bytes = [high, low].flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join(".");
}

function inMesh(host: string): boolean {
  if (host.startsWith("[")) return PRIVATE_V6.test(host);
  if (!host.includes(".")) return host !== "";
  return MESH_SUFFIXES.some((suffix) => host.endsWith(suffix)) || PRIVATE_V4.test(host);
}
