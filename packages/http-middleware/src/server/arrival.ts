/**
 * A request as it arrived, in the form that the lifecycle and the attributes read for every server.
 */
import type { TextMapGetter } from "@opentelemetry/api";

/** Headers, or gRPC's metadata, and how they are read. */
export interface Carried<Carrier = unknown> {
  readonly headers: Carrier;
  readonly getter: TextMapGetter<Carrier>;
}

export interface Arrival<Carrier = unknown> extends Carried<Carrier> {
  readonly method: string;
  /** Path and query, or another form of a request target (RFC 9112, section 3.2). */
  readonly target: string;
  readonly scheme: "http" | "https";
  /** The host that the client named, with its port if it named one. */
  readonly host: string | undefined;
  /** `1.1` or `2.0`; absent where the server does not say. */
  readonly version?: string;
  /** The address at the other end of the connection; absent where the server does not say. */
  readonly peer?: string | undefined;
  readonly peerPort?: number | undefined;
}

/** Returns the first value of a header, or `undefined` where the header is absent. */
export function headerOf<Carrier>({ headers, getter }: Carried<Carrier>, name: string): string | undefined {
  const value = getter.get(headers, name);
  return Array.isArray(value) ? value[0] : value;
}
