/**
 * undici and Node's own fetch. The diagnostics channels report a request when a pool starts it,
 * which may be in the context of the request that freed a connection. So each copy's `dispatch`
 * takes the context of the app's call, and passes it on.
 *
 * https://undici.nodejs.org/#/docs/api/Dispatcher
 */

import { type DispatchOptions, listen } from "../client/dispatcher/undici-channels.js";
import { globalDispatchers } from "../client/fetch/fetch-dispatcher.js";
import { whenLoaded } from "./loaded-modules.js";

// Each class of dispatchers that keeps or repeats requests inherits from one of these, in undici 6
// to 8.
const CLASSES = /[\\/]lib[\\/]dispatcher[\\/](?:dispatcher|dispatcher-base|retry-agent)\.js$/;

type Dispatch = (this: unknown, options: DispatchOptions, handler: unknown) => unknown;
type Compose = (this: unknown, ...interceptors: unknown[]) => unknown;

/** A prototype of undici's dispatchers. */
interface Dispatching {
  dispatch?: Dispatch;
  compose?: Compose;
}

/** Traces the requests of every copy of undici. Loads none. */
export function traceUndici(): void {
  const listener = listen();
  listener.everything = {};
  whenLoaded("undici", CLASSES, (exports) => trace((exports as { readonly prototype: Dispatching }).prototype));
  listener.unknownCopy = () => {
    for (const dispatcher of globalDispatchers()) traceClassesOf(dispatcher);
  };
}

const seen = new WeakSet<object>();

/**
 * Node's own copy, and a copy inside a bundle, are reached only through the dispatchers that they
 * set.
 */
function traceClassesOf(dispatcher: object): void {
  let object: object | null = dispatcher;
  while (object !== null && object !== Object.prototype && !seen.has(object)) {
    const prototype: object | null = Object.getPrototypeOf(object);
    seen.add(object);
    if (prototype !== null && prototype !== Object.prototype) trace(prototype);
    object = prototype;
  }
}

const traced = new WeakSet<Dispatching>();

function trace(prototype: Dispatching): void {
  if (traced.has(prototype)) return;
  traced.add(prototype);
  replace(prototype, "dispatch", tracedDispatch);
  replace(prototype, "compose", tracedCompose);
}

/**
 * Replaces a method, and keeps all else of its property: whether it enumerates, its name and its
 * length.
 */
function replace<Name extends keyof Dispatching>(
  prototype: Dispatching,
  name: Name,
  wrap: (method: NonNullable<Dispatching[Name]>) => NonNullable<Dispatching[Name]>,
): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (typeof property?.value !== "function") return;
  const value = wrap(property.value);
  for (const shape of ["name", "length"] as const) {
    Object.defineProperty(value, shape, { value: property.value[shape], configurable: true });
  }
  Object.defineProperty(prototype, name, { ...property, value });
}

function tracedDispatch(dispatch: Dispatch): Dispatch {
  const listener = listen();
  // Two parameters: undici checks the length of an interceptor's function.
  return function (options, handler) {
    return listener.dispatch(options, (stamped) => dispatch.call(this, stamped, handler));
  };
}

/** Interceptors may keep or repeat requests, so the context is taken before the first one runs. */
function tracedCompose(compose: Compose): Compose {
  const outermost = (dispatch: Dispatch): Dispatch => tracedDispatch(dispatch);
  return function (...interceptors) {
    const [first] = interceptors;
    return Array.isArray(first)
      ? compose.call(this, [...first, outermost])
      : compose.call(this, ...interceptors, outermost);
  };
}
