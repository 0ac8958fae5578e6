/**
 * A place where spans are kept: how to send there, and how to read back.
 */
import type { Address } from "../envoy/configuration.js";
import type { RunningProcess } from "../running-process.js";

export interface StoredSpan {
  readonly id: string;
  /** The span that it hangs under; absent for a root. */
  readonly parentId?: string;
  readonly service: string;
  /** Lower case, as all backends have it. */
  readonly kind: string;
  readonly name: string;
  /** Who reported it: `proxy`, `app`, or `proxy+app` where the backend takes two spans for one. */
  readonly reporter: string;
  readonly tag: (name: string) => unknown;
  /** What the backend found wrong with it. */
  readonly warnings: readonly string[];
}

type Protocol = "zipkin" | "otlpGrpc" | "otlpHttp" | "jaegerThrift" | "jaegerUdpCompact" | "jaegerUdpBinary";

export interface Backend {
  readonly name: "jaeger" | "zipkin";
  /** Where each protocol is received. */
  readonly collectors: Readonly<Partial<Record<Protocol, Address>>>;
  /** The address for a person: a page, or where there is none, the API. */
  readonly page: string;
  /** The spans as they were sent; empty while there are none. Reading changes nothing. */
  sent(traceId: string): Promise<readonly StoredSpan[]>;
  /**
   * The spans as the backend draws them, shared IDs told apart. Read once, when all spans have
   * arrived.
   */
  drawn(traceId: string): Promise<readonly StoredSpan[]>;
  services(): Promise<readonly string[]>;
  /** The traces in which that service has a span, of the last hour. */
  traceIds(service: string): Promise<readonly string[]>;
  /** The programs that it runs as. */
  readonly processes: readonly RunningProcess[];
  stop(): Promise<void>;
}
