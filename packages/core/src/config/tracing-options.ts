import type { SCHEMA } from "./schema.js";
import type { OptionsOf } from "./setting.js";

/**
 * The options of `initTracing`. An option overrides its variables, the first variable that is set
 * overrides the others, and `undefined` counts as not set.
 */
export interface TracingOptions extends OptionsOf<typeof SCHEMA> {}
