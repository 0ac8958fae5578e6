/**
 * A request of node:http, https or the compatibility API of http2 as it arrived.
 */
import { nodeHeadersGetter } from "@meshtrace/core/adapter";
import type { TextMapGetter } from "@opentelemetry/api";
import { type PeerSocket, peerOf } from "../network-peer.js";
import type { Arrival } from "./arrival.js";
import type { Emitter } from "./emitter.js";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The members of a request that are read. */
export interface NodeRequest extends Emitter {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: Headers;
  readonly socket: unknown;
  /** Whether Node passes the request to listeners of `upgrade` or `connect`. */
  readonly upgrade?: boolean;
}

// absolute-form = scheme "://" [ userinfo "@" ] host [ ":" port ] ...; RFC 9112, section 3.2.2.
const ABSOLUTE_FORM = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?([^/?#]+)/i;

/**
 * A request of Node as it arrived. Each member is read once, and only for requests that need it.
 */
export class NodeArrival implements Arrival<Headers> {
  readonly headers: Headers;
  readonly getter: TextMapGetter<Headers> = nodeHeadersGetter;
  private readonly request: NodeRequest;

  constructor(request: NodeRequest) {
    this.request = request;
    this.headers = headersOf(request);
  }

  get method(): string {
    return this.request?.method ?? "GET";
  }

  get target(): string {
    return this.request?.url ?? "/";
  }

  get version(): string {
    return this.request?.httpVersion;
  }

  get scheme(): "http" | "https" {
    return (this.request?.socket as { encrypted?: boolean } | null)?.encrypted === true ? "https" : "http";
  }

  /** The host of an absolute-form overrides the header. */
  get host(): string | undefined {
    const { target, headers } = this;
    const absolute = target.startsWith("/") ? undefined : ABSOLUTE_FORM.exec(target)?.[1];
    const host = absolute ?? headers["host"] ?? headers[":authority"];
    return typeof host === "string" ? host : undefined;
  }

  get peer(): string | undefined {
    return peerOf(this.request?.socket as PeerSocket | null).address;
  }

  get peerPort(): number | undefined {
    return peerOf(this.request?.socket as PeerSocket | null).port;
  }
}

/** Returns the headers of a request. An imitation of one, as tests have them, may lack them. */
export function headersOf(request: { readonly headers: Headers } | null | undefined): Headers {
  try {
    return request?.headers ?? {};
  } catch {
    return {};
  }
}
