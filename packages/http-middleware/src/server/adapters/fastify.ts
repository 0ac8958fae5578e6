/** Fastify 4 and 5: a plugin. It traces all routes of the instance that it is registered with, and those below. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { exchangeOf, receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/** What is read of Fastify's request and reply. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  /** Absent `url`: no route took the request. */
  readonly routeOptions: { readonly url?: string | undefined };
}
export interface FastifyReply {
  readonly raw: ServerResponse;
}

type Done = () => void;

/** What is called of a Fastify instance. */
export interface FastifyInstance {
  addHook(name: "onRequest", hook: (request: FastifyRequest, reply: FastifyReply, done: Done) => void): unknown;
  addHook(
    name: "onError",
    hook: (request: FastifyRequest, reply: FastifyReply, error: unknown, done: Done) => void,
  ): unknown;
}

/**
 * `app.register(fastifyTracing, options)`, before the routes. Errors go on to Fastify's own handling, unchanged. An unknown option
 * makes the registration fail with a `TypeError`.
 */
export function fastifyTracing(app: FastifyInstance, options: ServerOptions, done: (error?: Error) => void): void {
  try {
    checkServerOptions(options);
  } catch (error) {
    done(error as Error);
    return;
  }
  app.addHook("onRequest", (request, reply, next) => {
    const exchange = receiveNode(request.raw, reply.raw, options);
    exchange.routeAtEnd = () => request.routeOptions.url;
    exchange.run(next);
  });
  app.addHook("onError", (request, _reply, error, next) => {
    exchangeOf(request.raw)?.fail(error);
    next();
  });
  done();
}

// What the package fastify-plugin does: the hooks are those of the instance that registers, not of a scope of our own.
Object.assign(fastifyTracing, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "@meshtrace/http-middleware",
  [Symbol.for("plugin-meta")]: { name: "@meshtrace/http-middleware", fastify: ">=4.10 <6" },
});
