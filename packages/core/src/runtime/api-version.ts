/**
 * Makes what an older copy of OpenTelemetry's API registered visible to newer copies.
 *
 * The API keeps what is registered on one global object, with the version of the copy that
 * registered first. A newer copy of the same major version ignores an object of an older minor
 * version without a word: a library that brings API 1.10 makes no spans in an app with API 1.9. An
 * older copy reads a newer object, but registers nothing on it. So the object gets the newest
 * version that its contents serve, and its own version back whenever our copy of the API registers
 * something.
 */
import { context, diag, metrics, propagation, trace } from "@opentelemetry/api";

const REGISTRY = Symbol.for("opentelemetry.js.api.1");
/** The newest version of the API whose interfaces are the ones that we implement. */
const NEWEST = "1.10.0";
const REGISTERING: readonly (readonly [object, string])[] = [
  [context, "setGlobalContextManager"],
  [diag, "setLogger"],
  [metrics, "setGlobalMeterProvider"],
  [propagation, "setGlobalPropagator"],
  [trace, "setGlobalTracerProvider"],
];

type Method = (...args: unknown[]) => unknown;

/** Raises the version of the registry if it is older. Returns the undo. */
export function serveNewerVersions(): () => void {
  const registry = (globalThis as Record<symbol, { version?: string } | undefined>)[REGISTRY];
  const own = registry?.version;
  if (registry === undefined || own === undefined || !isOlder(own)) return () => {};
  const undo = REGISTERING.map(([api, name]) => {
    const methods = api as Record<string, Method>;
    const register = methods[name] as Method;
    methods[name] = (...args) => {
      registry.version = own;
      try {
        return register.apply(api, args);
      } finally {
        registry.version = NEWEST;
      }
    };
    return () => delete methods[name];
  });
  registry.version = NEWEST;
  return () => {
    registry.version = own;
    for (const step of undo) step();
  };
}

function isOlder(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 1 && minor !== undefined && minor < Number(NEWEST.split(".")[1]);
}
