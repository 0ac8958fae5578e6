/**
 * Fastify says when an instance is made, so that its own plugin can be registered: it knows the
 * routes.
 *
 * https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks
 */
import { subscribe } from "node:diagnostics_channel";
import { fastifyTracing } from "../server/adapters/fastify.js";

/** What is called of an instance of Fastify 4 or 5. */
interface Instance {
  register(plugin: typeof fastifyTracing, options: object): unknown;
}

/** Registers the plugin with every instance that is made from now on. */
export function traceFastify(): void {
  subscribe("fastify.initialization", (message) => {
    (message as { readonly fastify: Instance }).fastify.register(fastifyTracing, {});
  });
}
