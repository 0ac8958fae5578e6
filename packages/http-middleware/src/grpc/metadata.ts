/**
 * gRPC's metadata as headers. Binary values, whose names end in `-bin`, are bytes in grpc-js and base64 on the wire: as a
 * header they are the latter, so that they can go on over HTTP as they came over gRPC.
 *
 * Spec: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Custom-Metadata)
 */
import type { TextMapGetter } from "@opentelemetry/api";
import type { HeaderCarrier } from "../client/client-span.js";

type Value = string | Buffer;

/** What is read of grpc-js's Metadata, and written. Names match in any case. */
export interface Metadata {
  get(name: string): Value[];
  set(name: string, value: Value): void;
  add(name: string, value: Value): void;
  remove(name: string): void;
  clone(): Metadata;
  getOptions(): object;
  setOptions(options: object): void;
}

export const METADATA: TextMapGetter<Metadata> = {
  get(metadata, name) {
    const values = metadata.get(name);
    return values.length === 0 ? undefined : values.map(text);
  },
  // Metadata has lowered the names: nothing to look for in another case.
  keys: () => [],
};

/** A header's values as one list (RFC 9110, section 5.3); `undefined` where it did not come. */
export function headerText(metadata: Metadata | null | undefined, name: string): string | undefined {
  const values = metadata?.get(name) ?? [];
  return values.length === 0 ? undefined : values.map(text).join(",");
}

/** Writes onto the metadata given, in place. A value that gRPC cannot send is left out, and the others are not. */
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
      // Printable ASCII alone goes over gRPC; a header of HTTP may have had more.
      metadata.remove(name);
    }
  }

  delete(name: string): void {
    this.#metadata.remove(name);
  }
}

/** A mark that stays on copies, and never goes onto the wire: interceptors in between hand on what they have cloned. */
export function mark(metadata: Metadata, name: symbol, value: unknown): void {
  metadata.setOptions({ ...metadata.getOptions(), [name]: value });
}

/** What `mark` has put there; `undefined` where it has not. */
export function marked(metadata: Metadata, name: symbol): unknown {
  return (metadata.getOptions() as Record<symbol, unknown>)[name];
}

function text(value: Value): string {
  return typeof value === "string" ? value : value.toString("base64");
}
