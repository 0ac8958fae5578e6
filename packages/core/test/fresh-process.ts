/** Resets this process to the state before any tracing. */
import { context, diag, propagation, trace } from "@opentelemetry/api";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { vi } from "vitest";
import { ENTRIES } from "../src/config/schema.js";
import { setActiveTracing } from "../src/runtime/active-tracing.js";
import type { Tracing } from "../src/runtime/handle.js";

const STARTED = Symbol.for("meshtrace.started.v1");
const shared = globalThis as { [STARTED]?: { readonly tracing: Tracing } };

/**
 * Ends a tracing that is in force, takes everything out of OpenTelemetry's API, and clears the
 * variables.
 */
export async function freshProcess(): Promise<void> {
  await shared[STARTED]?.tracing.shutdown();
  delete shared[STARTED];
  setActiveTracing(undefined);
  for (const api of [trace, context, propagation, diag]) api.disable();
  vi.unstubAllEnvs();
  for (const { variables } of ENTRIES.values()) for (const name of variables) vi.stubEnv(name, undefined);
}

/** Keeps the exported spans when it is shut down. */
export class Kept extends InMemorySpanExporter {
  override async shutdown(): Promise<void> {}
}
