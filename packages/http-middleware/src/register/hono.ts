/**
 * Routes of Hono. Most apps import it as an ES module, which can be changed only while it is
 * loaded.
 */
import Module, { createRequire } from "node:module";
import { processWide } from "../process-wide.js";
import { type HonoBase, tracedHono } from "../server/adapters/hono-apps.js";
import { whenLoaded } from "./loaded-modules.js";

const COMMONJS = /[\\/]hono[\\/]dist[\\/]cjs[\\/]hono-base\.js$/;
const ES_MODULE = /\/hono\/dist\/hono-base\.js$/;
const CLASS = /\bvar Hono\b/;
const ADDITION = '\nHono = globalThis[Symbol.for("meshtrace.http-middleware.v1")]?.honoLoaded?.(Hono) ?? Hono;\n';

type Loaded = { readonly source?: unknown };
interface Hooks {
  registerHooks?(hooks: { load(url: string, context: unknown, next: Next): Loaded }): unknown;
  register?(url: string): unknown;
}
type Next = (url: string, context: unknown) => Loaded;

/** The same as `load`, for Node before 22.15, where hooks run in another thread. */
const HOOK_IN_THREAD = `export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!${ES_MODULE}.test(url) || loaded.source == null) return loaded;
  const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
  return ${CLASS}.test(source) ? { ...loaded, source: source + ${JSON.stringify(ADDITION)} } : loaded;
}`;

/** Traces the apps of Hono, if the app whose file is `main` can load it. */
export function traceHono(main: string | undefined): void {
  processWide.honoLoaded ??= tracedHono;
  whenLoaded("hono", COMMONJS, (exports) => {
    const loaded = exports as { HonoBase: HonoBase };
    loaded.HonoBase = tracedHono(loaded.HonoBase);
  });
  if (!hasHono(main)) return;
  const { registerHooks, register } = Module as unknown as Hooks;
  if (registerHooks !== undefined) registerHooks({ load });
  else register?.(`data:text/javascript,${encodeURIComponent(HOOK_IN_THREAD)}`);
}

function load(url: string, context: unknown, next: Next): Loaded {
  const loaded = next(url, context);
  if (!ES_MODULE.test(url) || loaded.source === null || loaded.source === undefined) return loaded;
  const source =
    typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array);
  return CLASS.test(source) ? { ...loaded, source: source + ADDITION } : loaded;
}

function hasHono(main: string | undefined): boolean {
  try {
    return main !== undefined && createRequire(main).resolve("hono") !== "";
  } catch {
    return false;
  }
}
