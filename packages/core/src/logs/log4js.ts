/**
 * log4js 4 to 6. It copies a logger's context into each event, and calls tokens while it formats a
 * line.
 *
 * https://log4js-node.github.io/log4js-node/layouts.html
 */
import { adapterTracing } from "../runtime/active-tracing.js";
import { fieldNames, type LogFieldsOptions, logFields } from "./log-fields.js";

/**
 * Adds the fields to the context of a logger of log4js: layouts find them in `event.context`, and
 * the pattern layout writes them as `%X{trace_id}`. They are read when a line is logged, so that
 * they are right in appenders that format later, also in another process. `addContext` overrides
 * them; `clearContext` removes them. Returns the logger. Never throws.
 *
 * @example
 * const logger = log4jsContext(log4js.getLogger("orders"));
 */
export function log4jsContext<Logger extends object>(logger: Logger, options: LogFieldsOptions = {}): Logger {
  const { log } = adapterTracing();
  try {
    const { context } = logger as { readonly context?: unknown };
    if (typeof context !== "object" || context === null) throw new TypeError("it has no context");
    for (const { name, value } of valuesByName(options)) {
      Object.defineProperty(context, name, {
        get: value,
        set: (own: unknown) =>
          Object.defineProperty(context, name, { value: own, enumerable: true, configurable: true, writable: true }),
        enumerable: true,
        configurable: true,
      });
    }
  } catch (error) {
    log.failed("a logger of log4js gets no fields", error);
  }
  return logger;
}

/**
 * Returns tokens for the pattern layout of log4js, for all loggers: `%x{trace_id}`, empty where the
 * field has no value. Use `log4jsContext()` with appenders that format lines later. Never throws.
 *
 * @example
 * const tokens = log4jsTokens();
 * const layout = { type: "pattern", pattern: "%p %m trace_id=%x{trace_id}", tokens };
 * log4js.configure({
 *   appenders: { out: { type: "stdout", layout } },
 *   categories: { default: { appenders: ["out"], level: "info" } },
 * });
 */
export function log4jsTokens(options: LogFieldsOptions = {}): Record<string, () => string> {
  return Object.fromEntries(valuesByName(options).map(({ name, value }) => [name, () => value() ?? ""]));
}

function valuesByName(
  options: LogFieldsOptions,
): { readonly name: string; readonly value: () => string | undefined }[] {
  return Object.entries(fieldNames(adapterTracing(), options)).map(([field, name]) => {
    const own = { ...options, fields: { [field]: name } };
    return { name, value: () => logFields(own)[name] };
  });
}
