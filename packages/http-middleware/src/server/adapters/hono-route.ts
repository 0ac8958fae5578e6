/**
 * Which of the matched routes of Hono names a request. Hono tries them in order; one that takes
 * `next` may pass the request on, and behind the last one Hono answers 404.
 */

/** A route or middleware as Hono lists it. */
export interface HonoRoute {
  /** `ALL` for middleware. */
  readonly method: string;
  /** Template, with base paths. */
  readonly path: string;
  /** What the app has registered. */
  readonly handler?: unknown;
}

/** The members of Hono's request that tell which route ran last. */
export interface RoutedByHono {
  /** Template of the route that ran last. */
  readonly routePath: string;
  /** Position of that route in `matchedRoutes`. */
  readonly routeIndex?: number;
  /** What matched the request, in order. */
  readonly matchedRoutes?: readonly HonoRoute[];
}

/**
 * Returns the template of the route that answered, or `undefined` if middleware did, or none.
 * `notFound` says that the response is a 404 without an error.
 */
export function answeredRoute(request: RoutedByHono, notFound: boolean): string | undefined {
  const path = request.routePath;
  if (!notFound && !path.endsWith("*")) return path;
  const { matchedRoutes: routes = [], routeIndex = 0 } = request;
  const route = routes[routeIndex];
  if (route === undefined || isMiddleware(route)) return undefined;
  return notFound && routeIndex === routes.length - 1 && takesNext(route) ? undefined : path;
}

/**
 * Returns the template of the first of `routes` for `method`; with `notFound`, of the first that
 * cannot have passed the request on.
 */
export function firstRoute(routes: readonly HonoRoute[], method: string, notFound: boolean): string | undefined {
  const candidates = notFound ? routes.filter((route) => !takesNext(route)) : routes;
  const route = candidates.find((one) => one.method === method) ?? candidates.find((one) => !isMiddleware(one));
  return route?.path;
}

function isMiddleware({ method, path }: HonoRoute): boolean {
  return method === "ALL" && path.endsWith("*");
}

/** Hono wraps the handlers of an app with its own error handler, and names the original. */
function takesNext({ handler }: HonoRoute): boolean {
  if (typeof handler !== "function") return false;
  const { __COMPOSED_HANDLER: original } = handler as { readonly __COMPOSED_HANDLER?: unknown };
  return (typeof original === "function" ? original : handler).length > 1;
}
