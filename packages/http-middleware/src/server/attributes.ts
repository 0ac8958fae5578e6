/**
 * The attributes of a SERVER span for HTTP, as OpenTelemetry's stable conventions define them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
import {
  type AttributeTarget,
  redactedPath,
  setMethod,
  setServerAddress,
  withoutCredentials,
  withoutSecrets,
} from "../http-conventions.js";
import { forwardedFor, peerAddress, setPeer } from "../network-peer.js";
import { type Arrival, headerOf } from "./arrival.js";
import { pathOf, queryOf } from "./request-target.js";

/**
 * Writes what the request says. The query is written only with `captureQuery`. `x-forwarded-for` is
 * read only where the caller is trusted.
 */
export function setServerAttributes(
  target: AttributeTarget,
  arrival: Arrival,
  captureQuery = false,
  trusted = true,
): void {
  const { method, version } = arrival;
  setMethod(target, method);
  // The target of CONNECT is an authority (RFC 9112, section 3.2.3).
  if (method !== "CONNECT" || arrival.target.startsWith("/")) {
    target.setAttribute("url.path", redactedPath(pathOf(arrival.target)));
  }
  target.setAttribute("url.scheme", arrival.scheme);
  if (version !== undefined) target.setAttribute("network.protocol.version", version === "2.0" ? "2" : version);
  const query = captureQuery ? queryOf(arrival.target) : undefined;
  if (query !== undefined) target.setAttribute("url.query", withoutSecrets(query));
  const agent = headerOf(arrival, "user-agent");
  if (agent !== undefined) target.setAttribute("user_agent.original", withoutCredentials(agent));
  setServerAddress(target, arrival.host);
  setClient(target, arrival, trusted);
}

function setClient(target: AttributeTarget, arrival: Arrival, trusted: boolean): void {
  const { peer } = arrival;
  const header = trusted ? headerOf(arrival, "x-forwarded-for") : undefined;
  const client = (header === undefined ? undefined : forwardedFor(header)) ?? (peer && peerAddress(peer));
  if (client) target.setAttribute("client.address", client);
  if (peer) setPeer(target, peer, arrival.peerPort);
}
