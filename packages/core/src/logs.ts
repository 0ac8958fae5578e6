/**
 * @meshtrace/core/logs: fields by which log lines and traces find each other, in the shape that
 *   each logger takes.
 */

export type { LogFieldNames } from "./config/log-field-names.js";
export type { LogFieldPreset } from "./config/setting-names.js";
export { type BunyanStream, bunyanStream, type LineTarget } from "./logs/bunyan.js";
export { type ConsoleMethods, instrumentConsole } from "./logs/console.js";
export { type LogFields, type LogFieldsOptions, logFields } from "./logs/log-fields.js";
export { log4jsContext, log4jsTokens } from "./logs/log4js.js";
export { pinoMixin } from "./logs/pino.js";
export { type WinstonFormat, winstonFormat, winstonMeta } from "./logs/winston.js";
