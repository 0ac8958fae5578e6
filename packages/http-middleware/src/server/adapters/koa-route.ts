/**
 * The route of a request to Koa, with the prefixes of koa-mount. koa-mount takes each prefix from
 * the path while the mounted middleware runs, so the prefixes are noted when it does.
 */
import type { Exchange } from "../exchange.js";

/** The members of Koa's context that are read. */
export interface RoutedByKoa {
  /** The application. */
  readonly app?: {
    /** Prototype of the contexts of its requests. */
    readonly context?: object;
  };
  /** Path of the request, without the prefixes of mounts. */
  readonly path?: string;
  /** Status of the response. */
  readonly status?: number;
  /** Koa's response. */
  readonly response?: object;
  /** Set by @koa/router: the template of the route that answered, with the prefixes of routers. */
  readonly _matchedRoute?: string | RegExp | undefined;
}

/** A mount that the request has entered: the path inside, and all prefixes up to it. */
interface Mount {
  readonly inner: string;
  readonly prefix: string;
}

const prefixes = new WeakMap<object, string>();
const watchedApps = new WeakSet<object>();

/** Notes the mounts of all requests to the app of `context` from now on. */
function watchMounts({ app }: RoutedByKoa): void {
  const shared = app?.context;
  if (shared === undefined || watchedApps.has(shared)) return;
  watchedApps.add(shared);
  if ("mountPath" in shared || !Object.isExtensible(shared)) return;
  Object.defineProperty(shared, "mountPath", FIRST_MOUNT);
}

/** Contexts inherit this accessor, so that requests outside of mounts cost nothing. */
const FIRST_MOUNT: PropertyDescriptor & ThisType<RoutedByKoa & { mountPath: unknown }> = {
  configurable: true,
  enumerable: false,
  get: () => undefined,
  set(mountPath: unknown) {
    watchContext(this);
    this.mountPath = mountPath;
  },
};

function watchContext(context: RoutedByKoa): void {
  const mounts: Mount[] = [];
  let mountPath: unknown;
  let matched: unknown;
  Object.defineProperties(context, {
    mountPath: {
      configurable: true,
      enumerable: true,
      get: () => mountPath,
      set(value: unknown) {
        mountPath = value;
        const prefix = String(value).replace(/\/$/, "");
        const path = context.path ?? "";
        mounts.push({ inner: path.slice(prefix.length) || "/", prefix: prefixAt(mounts, path) + prefix });
      },
    },
    _matchedRoute: {
      configurable: true,
      enumerable: false,
      get: () => matched,
      set(route: unknown) {
        matched = route;
        prefixes.set(context, prefixAt(mounts, context.path ?? ""));
      },
    },
  });
}

function prefixAt(mounts: readonly Mount[], path: string): string {
  return mounts.findLast(({ inner }) => inner === path)?.prefix ?? "";
}

/** Returns the route's template; `undefined` if no route matched, or none answered. */
function routeOfKoa(context: RoutedByKoa): string | undefined {
  const { _matchedRoute: route, status, response } = context;
  // Koa's own 404, which nothing has set: the route has passed the request on.
  if (route === undefined || (status === 404 && response !== undefined && !setsStatus(response))) return undefined;
  const prefix = prefixes.get(context) ?? "";
  const text = route.toString();
  return prefix !== "" && text === "/" ? prefix : prefix + text;
}

/** Returns whether the app has set the status of Koa's response, which is a private member. */
function setsStatus(response: object): boolean {
  return (response as { readonly _explicitStatus?: boolean })._explicitStatus === true;
}

/** Reads the route when the request ends, mounts included. */
export function readRouteOfKoa(exchange: Pick<Exchange, "readRouteFrom">, context: RoutedByKoa): void {
  watchMounts(context);
  exchange.readRouteFrom(context, routeOfKoa);
}
