/**
 * The route's template of frameworks that leave `route` on the request: Express, restify. Express
 * says where a router was mounted as a path (`/users/42`) and takes that back before an error
 * handler answers, so the mounts are read from the app.
 */
import { alternativeOf, type ExpressApp, mountsOf, pathOf } from "./express-mounts.js";

/** The members of Express's and restify's requests that are read. */
interface Routed {
  readonly route?: { readonly path?: unknown } | undefined;
  readonly baseUrl?: string | undefined;
  readonly url?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly app?: ExpressApp | undefined;
}

/**
 * Returns `http.route` of a request that was routed, mounted prefixes included; `undefined` if no
 * route took it. `unanswered` says that the response is a 404 without an error: a route that has
 * passed the request on has not made it.
 */
export function routeOf(request: object, unanswered: boolean): string | undefined {
  const { route } = request as Routed;
  const path = route?.path;
  if (route === undefined || path === undefined || path === null) return undefined;
  if (unanswered && hasPassedOn(request, path)) return undefined;
  const { prefix, text } = templates(request, route, path);
  return prefix === "" ? text : text === "/" ? prefix : prefix + text;
}

function templates(
  { app, baseUrl = "", url = "" }: Routed,
  route: object,
  path: unknown,
): { readonly prefix: string; readonly text: string } {
  if (app === undefined) return { prefix: baseUrl, text: String(path) };
  try {
    const { template, length } = mountsOf(app, route, baseUrl, url);
    const alternative = Array.isArray(path) ? alternativeOf(route, (baseUrl + pathOf(url)).slice(length)) : undefined;
    return { prefix: template, text: alternative ?? String(path) };
  } catch {
    // The members of layers are no public API of Express.
    return { prefix: baseUrl, text: String(path) };
  }
}

/**
 * Express takes `baseUrl` back when no layer is left, and sets other `params` for the next layer.
 */
function hasPassedOn(request: Routed, path: unknown): boolean {
  if ("baseUrl" in request && request.baseUrl === undefined) return true;
  // A route with optional parts may have matched without their parameters.
  if (typeof path !== "string" || path.includes("{") || typeof request.params !== "object") return false;
  const { params } = request;
  // Express 4 numbers its wildcards, and takes `?:` for the begin of a group.
  return [...path.matchAll(/(?<!\?)[:*](\w+)/g)].some(([, name = ""]) => !(name in params || "0" in params));
}
