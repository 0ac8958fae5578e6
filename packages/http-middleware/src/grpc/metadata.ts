/**
 * gRPC's metadata as headers. Binary values, whose names end in `-bin`, are bytes in grpc-js and
 * base64 on the wire. As headers they are base64, so that HTTP calls forward them as they came over
 * gRPC.
 *
 * Spec: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Custom-Metadata)
 */
import type { TextMapGetter } from "@opentelemetry/api";
import type { HeaderCarrier } from "../client/header-carrier.js";

type Value = string | Buffer;

/** The members of grpc-js's Metadata that are used. Names match in any case. */
export interface Metadata {
  /** Returns the values of a key. */
  get(name: string): Value[];
  /** Replaces the values of a key. */
  set(name: string, value: Value): void;
  /** Adds a value to a key. */
  add(name: string, value: Value): void;
  /** Removes a key. */
  remove(name: string): void;
  /** Returns a copy. */
  clone(): Metadata;
  /** Returns the options of the call. */
  getOptions(): object;
  /** Replaces the options of the call. */
  setOptions(options: object): void;
}

export const METADATA: TextMapGetter<Metadata> = {
  get(metadata, name) {
    const values = metadata.get(name);
    return values.length === 0 ? undefined : values.map(text);
  },
  // The names in metadata are in lower case.
  keys: () => [],
};

/**
 * Returns a header's values as one list (RFC 9110, section 5.3). Returns `undefined` for an absent
 * header.
 */
export function headerText(metadata: Metadata | null | undefined, name: string): string | undefined {
  const values = metadata?.get(name) ?? [];
  return values.length === 0 ? undefined : values.map(text).join(",");
}

/** Writes to the metadata given, in place. Leaves out a value that gRPC cannot send. */
export class MetadataHeaders implements HeaderCarrier {
  readonly #metadata: Metadata;

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
  }

  get(name: string): string | undefined {
    return headerText(this.#metadata, name);
  }

  set(name: string, value: string): void {
    const metadata = this.#metadata;
    metadata.remove(name);
    try {
      if (!name.endsWith("-bin")) metadata.set(name, value);
      else for (const one of value.split(",")) metadata.add(name, Buffer.from(one, "base64"));
    } catch {
      // gRPC sends printable ASCII only, and a header of HTTP may contain more.
      metadata.remove(name);
    }
  }

  delete(name: string): void {
    this.#metadata.remove(name);
  }
}

/** Sets a mark that clones keep and that is never sent: interceptors may clone the metadata. */
export function mark(metadata: Metadata, name: symbol, value: unknown): void {
  metadata.setOptions({ ...metadata.getOptions(), [name]: value });
}

/** Returns the value of a mark. Returns `undefined` for metadata without it. */
export function marked(metadata: Metadata, name: symbol): unknown {
  return (metadata.getOptions() as Record<symbol, unknown>)[name];
}

function text(value: Value): string {
  return typeof value === "string" ? value : value.toString("base64");
}
