import type { Context } from "@opentelemetry/api";

/** Where the context of a request is kept while it runs: OpenTelemetry's own manager, wherever one is registered. */
export interface Contexts {
  active(): Context;
  with<Given extends unknown[], Result>(
    context: Context,
    work: (...given: Given) => Result,
    self?: unknown,
    ...given: Given
  ): Result;
}
