/**
 * OpenTelemetry's semantic conventions for gRPC, as its instrumentations write them and backends know them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
 */
import type { Attributes } from "@opentelemetry/api";
import { addServer } from "../attributes.js";
import type { Path } from "./path.js";

/** What the attributes of captured metadata begin with. */
export const CAPTURED = { request: "rpc.grpc.request.metadata", response: "rpc.grpc.response.metadata" } as const;

/** `package.Service/Method` */
export function spanName({ service, method }: Path): string {
  return service === "" ? method : `${service}/${method}`;
}

/** `server`: `host:port`, where known. */
export function rpcAttributes({ service, method }: Path, server: string | undefined): Attributes {
  const attributes: Attributes = { "rpc.system": "grpc", "rpc.method": method };
  if (service !== "") attributes["rpc.service"] = service;
  addServer(attributes, server);
  return attributes;
}
