/**
 * winston 3. Its loggers are streams: while a transport is slow they keep lines, and format them in
 * the context of another request. So the exact way is `defaultMeta`, which is read when a line is
 * logged.
 *
 * https://github.com/winstonjs/winston#logging
 */

import type { LogFieldNames } from "../config/log-field-names.js";
import { adapterTracing } from "../runtime/active-tracing.js";
import { addMissing, fieldNames, type LogFieldsOptions, logFields } from "./log-fields.js";

/** A format as winston and logform take it. */
export interface WinstonFormat {
  /** Called by winston with each line. */
  transform<Info extends object>(info: Info): Info;
}

/**
 * Returns a format of winston that adds the fields to lines that lack them. Put it in front of
 * formats that make text. A transport that is slow (a file, HTTP) makes winston format lines later,
 * in the context of another request: use `winstonMeta()` as well, and this format then only removes
 * fields without a value. Never throws.
 *
 * @example
 * import { createLogger, format } from "winston";
 *
 * createLogger({ format: format.combine(winstonFormat(), format.json()) });
 */
export function winstonFormat(options: LogFieldsOptions = {}): WinstonFormat {
  return {
    transform(info) {
      try {
        return transformed(info, options);
      } catch (error) {
        adapterTracing().log.failed("a line of winston could not be read", error);
        return info;
      }
    },
  };
}

function transformed<Info extends object>(info: Info, options: LogFieldsOptions): Info {
  const names = Object.values(fieldNames(adapterTracing(), options)) as string[];
  // The app may log one object twice. A copy of an error would lose its class.
  const prototype: unknown = Object.getPrototypeOf(info);
  let line = info as Record<string, unknown>;
  // A spread is several times cheaper, and most lines are plain objects.
  if (prototype === Object.prototype) line = { ...info } as Record<string, unknown>;
  else if (!(info instanceof Error)) line = Object.assign(Object.create(prototype as object), info);
  if (!names.some((name) => name in info)) addMissing(line, options);
  else for (const name of names) if (line[name] === undefined) delete line[name];
  return line as Info;
}

/**
 * Returns winston's option `defaultMeta`: `meta` and the fields of the moment at which a line is
 * logged, whatever a transport does later. A field without a value is `undefined`. With the option
 * `fields` not set, the names are those in force when it is called. Never throws.
 *
 * @example
 * import { createLogger, format } from "winston";
 *
 * createLogger({ defaultMeta: winstonMeta({ service: "orders" }), format: format.json() });
 */
export function winstonMeta(meta: object = {}, options: LogFieldsOptions = {}): Record<string, unknown> {
  const names: LogFieldNames = fieldNames(adapterTracing(), options);
  const defaults: Record<string, unknown> = Object.defineProperties({}, Object.getOwnPropertyDescriptors(Object(meta)));
  for (const [field, name] of Object.entries(names) as [keyof LogFieldNames, string | undefined][]) {
    if (name === undefined || Object.hasOwn(defaults, name)) continue;
    const own = { ...options, fields: { [field]: name } };
    Object.defineProperty(defaults, name, {
      get: () => logFields(own)[name],
      enumerable: true,
      configurable: true,
    });
  }
  return defaults;
}
