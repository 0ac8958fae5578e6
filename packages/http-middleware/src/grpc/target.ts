/**
 * target = [ scheme ":" [ "//" authority "/" ] ] endpoint endpoint of dns, xds and others = host [
 * ":" port ]; of ipv4 and ipv6 = address *( "," address ); of unix = path
 *
 * Spec: https://github.com/grpc/grpc/blob/master/doc/naming.md
 */

/** The target of a channel. */
export interface Target {
  /**
   * In lower case, without ports; IPv6 in brackets. `localhost` for a socket in the file system.
   */
  readonly hosts: readonly string[];
  /** `host:port`, or the path of a socket. The first one of several addresses. */
  readonly address: string;
}

// After the colon of `host:port` there are only digits.
const SCHEME = /^([a-z][a-z\d+.-]*):(?!\d+$)(?:\/\/[^/]*\/)?/i;
// An absolute path may follow an empty authority.
const SLASHES = /^\/\/(?=\/)/;
const PORT = /:\d+$/;

/** Parses a target. Never throws. */
export function parseTarget(target: string): Target {
  const [prefix = "", scheme = ""] = SCHEME.exec(target) ?? [];
  const endpoint = target.slice(prefix.length);
  if (scheme.startsWith("unix"))
    return { hosts: ["localhost"], address: target.slice(scheme.length + 1).replace(SLASHES, "") };
  const addresses = endpoint.split(",").map((address) => address.trim().toLowerCase());
  return { hosts: addresses.map(hostOf), address: addresses[0] as string };
}

function hostOf(address: string): string {
  // IPv6 without brackets has no port.
  if (!address.startsWith("[") && address.indexOf(":") !== address.lastIndexOf(":")) return `[${address}]`;
  return address.replace(PORT, "");
}
