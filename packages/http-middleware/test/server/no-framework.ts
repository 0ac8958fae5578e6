import type { ServerAdapter } from "./contract.js";

const REASON = "no framework: there are no routes, and what a handler throws is left to the process";

/** What Node's own servers cannot do. */
export const NO_FRAMEWORK: NonNullable<ServerAdapter["cannot"]> = {
  routes: REASON,
  mounts: REASON,
  catches: REASON,
  "catches rejections": REASON,
  errors: REASON,
  "404": REASON,
};
