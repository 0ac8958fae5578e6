/**
 * Which requests are forwarded and not recorded.
 */
import type { AdapterTracing } from "@meshtrace/core/adapter";
import { hook } from "../hook.js";
import type { Carried } from "./arrival.js";
import type { Conventions } from "./conventions.js";
import type { ServerOptions } from "./options.js";

/**
 * Returns whether a request is ignored: by the option of its adapter, else as a probe, or by the
 * setting `ignore.paths`.
 */
export function isIgnored<Request>(
  ignore: ServerOptions<Request, never>["ignore"],
  request: Request,
  { ignore: { paths } }: AdapterTracing,
  protocol: Pick<Conventions<Carried, never>, "isProbe" | "path">,
  arrival: Carried,
): boolean {
  if (ignore !== undefined) return hook(ignore, false, request);
  return protocol.isProbe(arrival) || (paths.length > 0 && matchesPath(protocol.path(arrival), paths));
}

/** `/internal/*` matches what is below, and not `/internal` itself. */
function matchesPath(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
}
