/**
 * OpenTelemetry's semantic conventions for gRPC, as its instrumentations write them and backends
 * know them.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/
 */
import { type AttributeTarget, setServerAddress } from "../http-conventions.js";
import type { Path } from "./path.js";

/** Prefixes of the attributes of captured metadata. */
export const CAPTURED = { request: "rpc.grpc.request.metadata", response: "rpc.grpc.response.metadata" } as const;

/** `package.Service/Method` */
export function spanName({ service, method }: Path): string {
  return service === "" ? method : `${service}/${method}`;
}

/** Writes service, method and `server` (`host:port`), where they are known. */
export function setRpcAttributes(target: AttributeTarget, { service, method }: Path, server: string | undefined): void {
  target.setAttribute("rpc.system", "grpc");
  target.setAttribute("rpc.method", method);
  if (service !== "") target.setAttribute("rpc.service", service);
  setServerAddress(target, server);
  target.setAttribute("network.protocol.name", "http");
  target.setAttribute("network.protocol.version", "2");
}
