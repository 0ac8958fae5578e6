/**
 * Apps of Hono without its middleware: the route is looked up in the app's own router when the
 * request ends.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { copySignature } from "../../copy-signature.js";
import { exchangeOfRequest } from "../node-exchange.js";
import { firstRoute, type HonoRoute } from "./hono-route.js";

type Fetch = (request: Request, ...rest: unknown[]) => unknown;
type Entry = readonly [handler: readonly [handler: unknown, route: HonoRoute], ...unknown[]];

/** The members of an app that are used. */
interface HonoApp {
  fetch: Fetch;
  getPath(request: Request, options: { readonly env: unknown }): string;
  readonly router: { match(method: string, path: string): readonly [readonly Entry[], ...unknown[]] };
}

/** The class that all of Hono's presets extend. */
export interface HonoBase {
  new (...args: unknown[]): HonoApp;
  readonly prototype: { basePath?: (...args: unknown[]) => HonoApp };
}

interface Routing {
  readonly app: HonoApp;
  readonly request: Request;
  readonly env: unknown;
}

const traced = new WeakSet<object>();

/**
 * Returns a class like `Base`, whose apps report the routes of the requests that Node's servers
 * pass to them.
 */
export function tracedHono<Base extends HonoBase>(Base: Base): Base {
  const { basePath } = Base.prototype;
  if (basePath !== undefined) {
    // Makes another app.
    const value = function (this: unknown, ...args: unknown[]): HonoApp {
      return traceApp(basePath.apply(this as never, args));
    };
    copySignature(value, basePath);
    Object.defineProperty(Base.prototype, "basePath", { value, writable: true, configurable: true, enumerable: false });
  }
  return new Proxy(Base, {
    construct: (target, args, newTarget) => traceApp(Reflect.construct(target, args, newTarget)),
  });
}

function traceApp(app: HonoApp): HonoApp {
  const { fetch } = app;
  if (typeof fetch !== "function" || traced.has(app)) return app;
  traced.add(app);
  const tracedFetch: Fetch = (request, ...rest) => {
    const [env] = rest;
    const incoming = (env as { readonly incoming?: IncomingMessage } | null | undefined)?.incoming;
    const exchange = typeof incoming === "object" && incoming !== null ? exchangeOfRequest(incoming) : undefined;
    if (exchange?.open === true) exchange.readRouteFrom({ app, request, env }, routeOf);
    return fetch(request, ...rest);
  };
  app.fetch = copySignature(tracedFetch, fetch);
  return app;
}

/** The first handler of the method answers; middleware is registered for all methods. */
function routeOf({ app, request, env }: Routing): string | undefined {
  try {
    // Hono answers HEAD as GET.
    const method = request.method === "HEAD" ? "GET" : request.method;
    const [entries] = app.router.match(method, app.getPath(request, { env }));
    const { outgoing } = env as { readonly outgoing?: ServerResponse };
    return firstRoute(
      entries.map(([[, route]]) => route),
      method,
      outgoing?.statusCode === 404,
    );
  } catch {
    // A router of the app's own may be of another kind.
    return undefined;
  }
}
