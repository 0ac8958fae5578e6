/**
 * What undici tells a handler, told to a call as well.
 *
 * Undici 7: https://undici.nodejs.org/#/docs/api/Dispatcher?id=parameter-dispatchhandler; undici 6 has other names for the
 * same, and so have clients of undici 7 that were written for it.
 */
import type { Call } from "../call.js";
import { findHeader } from "../paired-headers.js";

type Method = (...given: unknown[]) => unknown;
export type Handler = Readonly<Record<string, Method>>;

const METHODS = [
  "onRequestStart",
  "onRequestUpgrade",
  "onResponseStart",
  "onResponseData",
  "onResponseEnd",
  "onResponseError",
  "onResponseStarted",
];
const OLD_METHODS = [
  "onConnect",
  "onUpgrade",
  "onHeaders",
  "onData",
  "onComplete",
  "onError",
  "onResponseStarted",
  "onBodySent",
  "onRequestSent",
];

/** Each told before the handler hears of it. */
const TOLD: Readonly<Record<string, (call: Call, given: readonly unknown[]) => void>> = {
  onRequestUpgrade: (call) => call.end(),
  onResponseStart(call, [, status, headers]) {
    const found = headers as Record<string, string | string[] | undefined>;
    call.respond(status as number, (name) => found[name.toLowerCase()]?.toString());
  },
  onResponseEnd: (call) => call.end(),
  onResponseError: (call, [, error]) => call.breakOff(error),
  onUpgrade: (call) => call.end(),
  onHeaders: (call, [status, headers]) =>
    call.respond(status as number, (name) => findHeader(headers as unknown[], name)),
  onComplete: (call) => call.end(),
  onError: (call, [error]) => call.breakOff(error),
};

/** A handler that does what `handler` does, with the methods that it has. */
export function watch(handler: Handler, call: Call): Handler {
  const watching: Record<string, Method> = {};
  for (const name of "onRequestStart" in handler ? METHODS : OLD_METHODS) {
    const method = handler[name];
    if (typeof method !== "function") continue;
    const told = TOLD[name];
    watching[name] = (...given) => {
      told?.(call, given);
      return method.apply(handler, given);
    };
  }
  return watching;
}
