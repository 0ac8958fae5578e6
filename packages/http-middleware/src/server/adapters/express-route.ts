/**
 * The route's template of frameworks that leave `route` and `baseUrl` on the request: Express, restify.
 *
 * Express says where a router was mounted as a path (`/users/42`), not as a template, and takes that back before an error
 * handler answers. So both members are watched while it routes.
 */

interface Routed {
  route?: { path?: unknown };
  baseUrl?: string;
  params?: Record<string, unknown>;
}

// Registered, so that the ESM and the CommonJS build do not watch one request twice.
const ROUTING: unique symbol = Symbol.for("meshtrace.routing.v1") as never;

/** What was seen of the routing of one request. */
interface Routing {
  /** `baseUrl`, and each one so far as a template. */
  base: string | undefined;
  readonly templates: Map<string, string>;
  current: { path?: unknown } | undefined;
  route: string | undefined;
}

type Watched = Routed & { [ROUTING]: Routing };

// One pair of accessors for all requests, so that they keep one shape.
const MEMBERS: PropertyDescriptorMap & ThisType<Watched> = {
  baseUrl: {
    configurable: true,
    enumerable: true,
    get() {
      return this[ROUTING].base;
    },
    set(base: string | undefined) {
      const routing = this[ROUTING];
      // Express puts `undefined` back where nothing was before.
      if (base !== undefined && !routing.templates.has(base))
        routing.templates.set(base, mounted(routing, base, this.params ?? {}));
      routing.base = base;
    },
  },
  route: {
    configurable: true,
    enumerable: true,
    get() {
      return this[ROUTING].current;
    },
    set(route: { path?: unknown } | undefined) {
      const routing = this[ROUTING];
      routing.current = route;
      routing.route = joined(routing.templates.get(routing.base ?? "") ?? "", route);
    },
  },
};

/** Watches a request of Express; any other is left alone. */
export function watchRoute(request: object): void {
  if (!("baseUrl" in request) || ROUTING in request) return;
  const base = request.baseUrl as string | undefined;
  const routing: Routing = {
    base,
    templates: new Map([[base ?? "", base ?? ""]]),
    current: undefined,
    route: undefined,
  };
  (request as Watched)[ROUTING] = routing;
  Object.defineProperties(request, MEMBERS);
}

/** The same for a request that nobody has taken yet: Express shows that it does by setting `baseUrl`. */
export function watchRouteOfExpress(request: object): void {
  if ("baseUrl" in request) return;
  Object.defineProperty(request, "baseUrl", {
    configurable: true,
    get: () => undefined,
    set(this: object, value: unknown) {
      Object.defineProperty(this, "baseUrl", { value, configurable: true, enumerable: true, writable: true });
      watchRoute(this);
    },
  });
}

/** `http.route` of a request that was routed, mounted prefixes included; `undefined` where no route took it. */
export function routeOf(request: object): string | undefined {
  if (ROUTING in request) return (request as Watched)[ROUTING].route;
  const { route, baseUrl = "" } = request as Routed;
  return joined(baseUrl, route);
}

/** The template of `base`: what was mounted last, with the values of parameters turned back into their names. */
function mounted({ base: above = "", templates }: Routing, base: string, params: Record<string, unknown>): string {
  if (!base.startsWith(above)) return base;
  const names = new Map(Object.entries(params).map(([name, value]) => [String(value), name]));
  const segments = base.slice(above.length).split("/");
  const template = segments.map((segment) => {
    const name = names.get(decoded(segment));
    return name === undefined || segment === "" ? segment : `:${name}`;
  });
  return (templates.get(above) ?? above) + template.join("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function joined(prefix: string, route: { path?: unknown } | undefined): string | undefined {
  const path = route?.path;
  if (path === undefined || path === null) return undefined;
  const text = String(path);
  return prefix === "" ? text : text === "/" ? prefix : prefix + text;
}
