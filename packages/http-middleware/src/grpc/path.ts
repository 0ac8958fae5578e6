/** The parts of a method's path, which gRPC sends as `:path`. */
export interface Path {
  /** `package.Service`; empty for a path without one. */
  readonly service: string;
  /** Name of the method. */
  readonly method: string;
}

/**
 * path = "/" service "/" method
 *
 * Spec: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md (Path)
 */
export function parsePath(path: string): Path {
  const slash = path.lastIndexOf("/");
  return { service: path.slice(path.startsWith("/") ? 1 : 0, Math.max(slash, 0)), method: path.slice(slash + 1) };
}
