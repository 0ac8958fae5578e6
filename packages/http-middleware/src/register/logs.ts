/**
 * Fields in the lines of loggers that `MESHTRACE_LOG` names. pino reports its lines itself since
 * 9.10, older versions have an option; the others have no hook, so that the method that every line
 * passes is replaced.
 */
import { adapterTracing, addMissing, instrumentConsole } from "@meshtrace/core/adapter";
import { copySignature } from "../copy-signature.js";
import { whenLoaded } from "./loaded-modules.js";
import { tracePino } from "./pino.js";

type Method = (this: unknown, ...args: never[]) => unknown;

const LOGGERS: Readonly<Record<string, () => void>> = {
  pino: tracePino,
  winston: () => traceWinston(),
  bunyan: () => traceBunyan(),
  log4js: () => traceLog4js(),
  console: () => void instrumentConsole(),
};

/** Adds the fields to the lines of each of `loggers`, the value of the setting `log.loggers`. */
export function addLogFields(loggers: unknown): void {
  for (const name of Array.isArray(loggers) ? new Set(loggers) : []) LOGGERS[name]?.();
}

/** Loggers of winston 3 are streams, whose `write` is called while a line is logged. */
function traceWinston(): void {
  whenLoaded("winston", /[\\/]winston[\\/](?:lib|dist)[\\/]winston[\\/]logger\.js$/, (exports) => {
    const { prototype } = exports as { readonly prototype?: Record<string, unknown> };
    replace("winston before 3", prototype, "write", (write) => {
      return function (info: unknown, ...rest: unknown[]) {
        return write.call(this, ...([lineOf(info), ...rest] as never[]));
      };
    });
  });
}

/** An app may log one object twice. A copy of an error would lose its class. */
function lineOf(info: unknown): unknown {
  if (typeof info !== "object" || info === null) return info;
  let line = info as Record<string, unknown>;
  try {
    if (!(info instanceof Error)) line = Object.assign(Object.create(Object.getPrototypeOf(info)), info);
  } catch {
    // A getter of the app throws. winston reads it as well.
    return info;
  }
  addMissing(line, {});
  return line;
}

/** Each line of bunyan passes `_emit` as a record of its own. */
function traceBunyan(): void {
  whenLoaded("bunyan", /[\\/]bunyan[\\/]lib[\\/]bunyan\.js$/, (exports) => {
    const { prototype } = exports as { readonly prototype?: Record<string, unknown> };
    replace("this version of bunyan", prototype, "_emit", (emit) => {
      return function (record: unknown, ...rest: unknown[]) {
        addMissing(record as Record<string, unknown>, {});
        return emit.call(this, ...([record, ...rest] as never[]));
      };
    });
  });
}

/** Each event of log4js, with a context of its own, is sent to appenders or to another process. */
function traceLog4js(): void {
  whenLoaded("log4js", /[\\/]log4js[\\/]lib[\\/]clustering\.js$/, (exports) => {
    replace("this version of log4js", exports as Record<string, unknown>, "send", (send) => {
      return function (event: { readonly context: Record<string, unknown> }, ...rest: unknown[]) {
        addMissing(event?.context, {});
        return send.call(this, ...([event, ...rest] as never[]));
      };
    });
  });
}

function replace(
  what: string,
  target: Record<string, unknown> | undefined,
  name: string,
  wrap: (method: Method) => Method,
): void {
  const method = target?.[name];
  const { log } = adapterTracing();
  if (target === undefined || typeof method !== "function") {
    log.failed(`${what} gets no fields`, `it has no ${name}`);
    return;
  }
  const value = copySignature(wrap(method as Method), method);
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}
