import type { ProcessFacts } from "../../src/config/identity.js";
import { type Resolution, resolveConfig } from "../../src/config/resolved-config.js";
import type { TracingOptions } from "../../src/config/tracing-options.js";

/** A process in a shell, whose program has no package.json. */
export function facts(environment: Record<string, string> = {}, others: Partial<ProcessFacts> = {}): ProcessFacts {
  return {
    environment,
    pid: 7,
    nodeVersion: "20.20.0",
    hostName: "box",
    terminal: false,
    packageName: () => undefined,
    ...others,
  };
}

export function resolved(options: TracingOptions = {}, environment: Record<string, string> = {}): Resolution {
  return resolveConfig(options, facts(environment));
}
