/**
 * The route's template of frameworks that leave `route` on the request: Express, restify. Express says where a router was
 * mounted as a path (`/users/42`) and takes that back before an error handler answers, so the mounts are read from the app.
 */
import { type ExpressApp, mountsOf } from "./express-mounts.js";

/** The members of Express's and restify's requests that are read. */
interface Routed {
  readonly route?: { readonly path?: unknown } | undefined;
  readonly baseUrl?: string | undefined;
  readonly url?: string | undefined;
  readonly app?: ExpressApp | undefined;
}

/** Returns `http.route` of a request that was routed, mounted prefixes included; `undefined` if no route took it. */
export function routeOf(request: object): string | undefined {
  const { route } = request as Routed;
  const path = route?.path;
  if (route === undefined || path === undefined || path === null) return undefined;
  const text = String(path);
  const prefix = prefixOf(request, route);
  return prefix === "" ? text : text === "/" ? prefix : prefix + text;
}

function prefixOf({ app, baseUrl = "", url = "" }: Routed, route: object): string {
  if (app === undefined) return baseUrl;
  try {
    return mountsOf(app, route, baseUrl, url);
  } catch {
    // The members of layers are no public API of Express.
    return baseUrl;
  }
}
