/**
 * Fastify 4 and 5: a plugin that traces all routes of the instance that it is registered with, and
 * of instances below it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { exchangeOfRequest, receiveNode } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";

/** The members of Fastify's request and reply that are read. */
export interface FastifyRequest {
  /** Node's request. */
  readonly raw: IncomingMessage;
  /** `url` is absent when no route matches. */
  readonly routeOptions: {
    /** Template of the route. */
    readonly url?: string | undefined;
  };
}
/** The members of Fastify's reply that the plugin reads. */
export interface FastifyReply {
  /** Node's response. */
  readonly raw: ServerResponse;
}

type Done = () => void;

/** The members of a Fastify instance that are called. */
export interface FastifyInstance {
  /** Adds a hook to the request's lifecycle. */
  addHook(name: "onRequest", hook: (request: FastifyRequest, reply: FastifyReply, done: Done) => void): unknown;
  /** Adds a hook to the request's lifecycle. */
  addHook(
    name: "onError",
    hook: (request: FastifyRequest, reply: FastifyReply, error: unknown, done: Done) => void,
  ): unknown;
}

/**
 * Traces requests: `app.register(fastifyTracing, options)`, before the routes. Errors reach
 * Fastify's own handling unchanged. The registration fails with a `TypeError` for an unknown option
 * or a wrong value.
 *
 * @example
 * const app = fastify();
 * await app.register(fastifyTracing, { captureHeaders: { request: ["x-tenant"] } });
 * app.get("/", async () => "hello");
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
    exchange.readRouteFrom(request, routeOf);
    exchange.run(next);
  });
  app.addHook("onError", (request, _reply, error, next) => {
    exchangeOfRequest(request.raw)?.fail(error);
    next();
  });
  done();
}

function routeOf({ routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.url;
}

// The marks that the package fastify-plugin sets: hooks belong to the instance that registers, not
// to a new scope.
Object.assign(fastifyTracing, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "@meshtrace/http-middleware",
  [Symbol.for("plugin-meta")]: { name: "@meshtrace/http-middleware", fastify: ">=4.10 <6" },
});
