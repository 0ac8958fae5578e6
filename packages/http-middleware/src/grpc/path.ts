/** A method's path, as gRPC puts it into `:path`. */
export interface Path {
  /** `package.Service`; empty where the path has none. */
  readonly service: string;
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
