/**
 * A request as it arrived, whatever server brought it: what the lifecycle and the attributes read.
 */
import type { TextMapGetter } from "@opentelemetry/api";

/** Headers, or gRPC's metadata, and how they are read. */
export interface Carried<Carrier = unknown> {
  readonly headers: Carrier;
  readonly getter: TextMapGetter<Carrier>;
}

export interface Arrival<Carrier = unknown> extends Carried<Carrier> {
  readonly method: string;
  /** Path and query, or what else stood in the request line (RFC 9112, section 3.2). */
  readonly target: string;
  readonly scheme: "http" | "https";
  /** The host that was asked for, with its port if one was named. */
  readonly host: string | undefined;
  /** `1.1`, `2.0`; absent where the server does not tell. */
  readonly version?: string;
}

/** A header's first value; `undefined` where it did not come. */
export function headerOf<Carrier>({ headers, getter }: Carried<Carrier>, name: string): string | undefined {
  const value = getter.get(headers, name);
  return Array.isArray(value) ? value[0] : value;
}
