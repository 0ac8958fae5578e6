/**
 * Operations of graphql, which reports them itself since version 17.
 *
 * https://github.com/graphql/graphql-js/blob/17.x.x/src/diagnostics.ts
 */
import { subscribe } from "node:diagnostics_channel";
import { errorLine } from "@meshtrace/core/adapter";
import { diag } from "@opentelemetry/api";
import { currentServerSpan } from "../server/rpc-metadata.js";

/** What is read of graphql's messages. */
interface Operation {
  readonly operationName?: unknown;
  readonly operationType?: unknown;
}

const STARTS = ["tracing:graphql:execute:start", "tracing:graphql:subscribe:start"];

/**
 * Sets `graphql.operation.name` and `graphql.operation.type` on the SERVER span of the request: of
 * a batch, those of the first operation. The name of the span stays: callers choose operation
 * names.
 */
export function traceGraphql(): void {
  for (const channel of STARTS) subscribe(channel, describe);
}

const described = new WeakSet<object>();

function describe(message: unknown): void {
  const span = currentServerSpan();
  if (span === undefined || described.has(span)) return;
  described.add(span);
  try {
    // Accessors, which look into the app's document. What a subscriber throws would end the
    // process.
    const { operationName, operationType } = message as Operation;
    if (typeof operationType === "string") span.setAttribute("graphql.operation.type", operationType);
    if (typeof operationName === "string") span.setAttribute("graphql.operation.name", operationName);
  } catch (error) {
    diag.debug(`meshtrace: an operation of graphql has no name: ${errorLine(error)}`);
  }
}
