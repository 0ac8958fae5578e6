/**
 * pino 6 and later, and what has a pino inside: Fastify's `request.log`, pino-http, nestjs-pino.
 *
 * https://github.com/pinojs/pino/blob/main/docs/api.md#mixin-function
 */
import { type LogFields, type LogFieldsOptions, logFields } from "./log-fields.js";

/**
 * Returns pino's option `mixin`, which pino calls for each line. Fields of the app take precedence.
 * Never throws.
 *
 * @example
 * const logger = pino({ mixin: pinoMixin() });
 */
export function pinoMixin(options?: LogFieldsOptions): () => LogFields {
  // pino writes into the object, so that each line needs its own.
  return () => logFields(options);
}
