/**
 * Where a route of Express 4 or 5 is mounted: the templates of the routers and apps around it.
 * Nothing is done while a request is routed; the layers of each route are looked up once.
 */
import { type ExpressLayer, type LayerMatch, matchLayer } from "./express-layer.js";

interface Router {
  readonly stack?: readonly ExpressLayer[];
}

/**
 * The members of an app that are read. Express 4 has `_router`, and its `router` throws; Express 5
 * has `router`.
 */
export interface ExpressApp extends Router {
  readonly _router?: Router | undefined;
  readonly router?: Router | undefined;
  readonly parent?: ExpressApp | undefined;
  readonly mountpath?: unknown;
}

/**
 * A layer that leads to a route, and the `mountpath` that it must have if it leads to another app.
 */
interface Mount {
  readonly layer: ExpressLayer;
  readonly mountpath: unknown;
}

type Mounts = readonly Mount[];

/** Routers may contain each other in a circle. */
const MAX_DEPTH = 16;
const mountsOfRoutes = new WeakMap<object, readonly Mounts[]>();
const layersOfRoutes = new WeakMap<object, ExpressLayer>();

/**
 * Returns the template in front of `route` and the length of the path that it took, `""` if nothing
 * is mounted. `baseUrl` and `url` are those of the end of a request: an error that has left mounts
 * has taken them from `baseUrl`. It is returned where the app does not show the layers.
 */
export function mountsOf(app: ExpressApp, route: object, baseUrl: string, url: string): LayerMatch {
  const apps = appsAbove(app);
  let known = mountsOfRoutes.get(route);
  if (known === undefined) {
    const found: Mounts[] = [];
    findRoute(apps, 0, layersOf(apps[0]), route, [], found);
    mountsOfRoutes.set(route, found);
    known = found;
  }
  if (known[0]?.length === 0) return NO_MOUNT;
  const path = baseUrl + pathOf(url);
  const matches = known.map((mounts) => match(mounts, path)).filter((matched) => matched !== undefined);
  const matched =
    matches.find(({ length }) => length === baseUrl.length) ?? matches.find(({ length }) => length > baseUrl.length);
  if (matched !== undefined) return matched;
  if (baseUrl === "") return NO_MOUNT;
  return { template: reaching(layersOf(apps[0]), baseUrl, 0) ?? baseUrl, length: baseUrl.length };
}

const NO_MOUNT: LayerMatch = { template: "", length: 0 };

/**
 * Returns the path of a list that `route` was matched with, or `undefined` if the app does not show
 * its layer. Call after `mountsOf`; `path` is what the mounts have left.
 */
export function alternativeOf(route: object, path: string): string | undefined {
  const layer = layersOfRoutes.get(route);
  const matched = layer === undefined ? undefined : matchLayer(layer, path);
  return matched === undefined ? undefined : matched.template || "/";
}

/** Returns the outermost app first. */
function appsAbove(app: ExpressApp): ExpressApp[] {
  const apps = [app];
  for (let above = app.parent; above !== undefined && apps.length < MAX_DEPTH; above = above.parent)
    apps.unshift(above);
  return apps;
}

function layersOf(app: ExpressApp | undefined): readonly ExpressLayer[] {
  return (app?._router ?? app?.router)?.stack ?? [];
}

/** Collects the mounts of each place where `route` is. */
function findRoute(
  apps: readonly ExpressApp[],
  depth: number,
  layers: readonly ExpressLayer[],
  route: object,
  above: Mounts,
  found: Mounts[],
): void {
  if (above.length > MAX_DEPTH) return;
  for (const layer of layers) {
    if (layer.route === route) {
      found.push(above);
      layersOfRoutes.set(route, layer);
    }
    if (layer.route !== undefined) continue;
    const inner = apps[depth + 1];
    // Express wraps an app that is mounted in another one.
    const mountsApp = layer.name === "mounted_app" && inner !== undefined;
    const mount = { layer, mountpath: mountsApp ? inner.mountpath : undefined };
    if (mountsApp) findRoute(apps, depth + 1, layersOf(inner), route, [...above, mount], found);
    else findRoute(apps, depth, innerLayers(layer), route, [...above, mount], found);
  }
}

/** The layers of a router that `layer` calls. */
function innerLayers({ handle }: ExpressLayer): readonly ExpressLayer[] {
  const stack = (handle as Router | undefined)?.stack;
  return Array.isArray(stack) ? stack : [];
}

function match(mounts: Mounts, path: string): LayerMatch | undefined {
  let at = 0;
  let template = "";
  for (const { layer, mountpath } of mounts) {
    const matched = matchLayer(layer, path.slice(at));
    if (matched === undefined) return undefined;
    if (mountpath !== undefined && !isMountedAt(mountpath, matched.template)) return undefined;
    at += matched.length;
    template += matched.template;
  }
  return { template, length: at };
}

function isMountedAt(mountpath: unknown, template: string): boolean {
  const paths: readonly unknown[] = Array.isArray(mountpath) ? mountpath : [mountpath];
  return paths.some((path) => withoutSlash(String(path)) === template);
}

/**
 * Returns the template of mounts that end where `base` does: the router behind them may be hidden
 * in a function.
 */
function reaching(layers: readonly ExpressLayer[], base: string, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const layer of layers) {
    const matched = layer.route === undefined ? matchLayer(layer, base) : undefined;
    if (matched === undefined) continue;
    if (matched.length === base.length) return matched.template;
    const inner = reaching(innerLayers(layer), base.slice(matched.length), depth + 1);
    if (inner !== undefined) return matched.template + inner;
  }
  return undefined;
}

/** The path of a request target in origin-form or absolute-form. */
export function pathOf(url: string): string {
  const [path = ""] = url.split(/[?#]/, 1);
  return path.startsWith("/") ? path : path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, "");
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}
