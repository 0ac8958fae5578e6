/** Hono 4: a middleware; and `traceWebHandler` for any other handler from `Request` to `Response`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { receiveNode } from "./node-exchange.js";
import { finishWeb, receiveWeb, type WebExchange, type WebServerOptions } from "./web.js";

export { traceWebHandler, type WebServerOptions } from "./web.js";

/** What is read of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request; readonly routePath: string };
  readonly res: Response;
  /** Whether there is an answer: before, reading `res` makes one. */
  readonly finalized: boolean;
  readonly error: Error | undefined;
  /** On Node, @hono/node-server hands its own request and response on here. */
  readonly env: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse } | undefined;
}

/**
 * A middleware that traces what comes after it: `app.use(tracing())`, first. On Node the span ends with the connection's own
 * end of the response. Hooks get the web's Request and Response. Throws `TypeError` for an unknown option.
 */
export function tracing(
  options: WebServerOptions = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<void> {
  checkServerOptions(options);
  return async (context, next) => {
    const { incoming, outgoing } = context.env ?? {};
    if (incoming === undefined || outgoing === undefined) {
      const exchange = receiveWeb(context.req.raw, options);
      await through(exchange, context, next);
      finishWeb(exchange, context.req.raw, context.res);
      return;
    }
    const exchange: unknown = receiveNode(incoming, outgoing, forNode(options, context));
    await through(exchange as WebExchange, context, next);
  };
}

/** The rest of the chain. Hono has caught what was thrown, and made an answer of it. */
async function through(exchange: WebExchange, context: HonoContext, next: () => Promise<void>): Promise<void> {
  await exchange.run(next);
  if (context.error !== undefined) exchange.fail(context.error);
  // The path of the handler that answered; of a middleware, such as `/*`, where none did.
  const path = context.req.routePath;
  if (!path.endsWith("*")) exchange.route = path;
}

function forNode(options: WebServerOptions, context: HonoContext): ServerOptions {
  const { spanName, ignore, onRequest, onResponse, ...rest } = options;
  const { raw: request } = context.req;
  return {
    ...rest,
    ...(spanName && { spanName: () => spanName(request) }),
    ...(ignore && { ignore: () => ignore(request) }),
    ...(onRequest && { onRequest: (span) => onRequest(span, request) }),
    ...(onResponse && { onResponse: (span) => onResponse(span, request, context.finalized ? context.res : undefined) }),
  };
}
