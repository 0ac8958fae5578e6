import { wellFormed } from "../attribute-text.js";
import type { Endpoint } from "./endpoint.js";
import { quoted } from "./json-text.js";

/** An endpoint as JSON; what is not known is left out. */
export function encodeEndpoint({ serviceName, ipv4, ipv6, port }: Endpoint): string {
  const members: string[] = [];
  if (serviceName) members.push(`"serviceName":${quoted(wellFormed(serviceName))}`);
  if (ipv4) members.push(`"ipv4":"${ipv4}"`);
  if (ipv6) members.push(`"ipv6":"${ipv6}"`);
  if (port) members.push(`"port":${port}`);
  return `{${members.join(",")}}`;
}
