/** Hono 4: a middleware. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "../exchange.js";
import { receiveNode, receiveUpgrade } from "../node-exchange.js";
import { checkServerOptions, type ServerOptions } from "../options.js";
import { finishWeb, receiveWeb, type WebServerOptions, withWebHooks } from "../web-exchange.js";
import { answeredRoute, type RoutedByHono } from "./hono-route.js";

export type { WebServerOptions } from "../web-exchange.js";

/** The members of Hono's context that are read. */
export interface HonoContext {
  /** The request. */
  readonly req: RoutedByHono & {
    /** The web's Request. */
    readonly raw: Request;
  };
  /** The web's Response. */
  readonly res: Response;
  /** Whether there is a response: before that, reading `res` creates one. */
  readonly finalized: boolean;
  /** What a handler has thrown. */
  readonly error: Error | undefined;
  /** On Node, @hono/node-server puts its own request and response here. */
  readonly env: unknown;
}

interface NodeBindings {
  readonly incoming?: IncomingMessage & { readonly upgrade?: boolean };
  readonly outgoing?: ServerResponse;
}

/**
 * Returns a middleware that traces the middleware after it; use it first. On Node the span ends
 * when Node's response ends. Hooks get the web's Request and Response.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * const app = new Hono();
 * app.use(honoTracing());
 */
export function honoTracing(
  options: WebServerOptions = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<void> {
  checkServerOptions(options);
  const { spanName, ignore, onRequest, onResponse, ...others } = options;
  // Without hooks the options are the same for every request.
  const shared = (spanName ?? ignore ?? onRequest ?? onResponse) === undefined ? others : undefined;
  return (context, next) => {
    const { incoming, outgoing } = (context.env ?? {}) as NodeBindings;
    if (incoming !== undefined && (outgoing !== undefined || incoming.upgrade === true)) {
      const response = (): Response | undefined => (context.finalized ? context.res : undefined);
      const nodeOptions = shared ?? withWebHooks(options, context.req.raw, response);
      // An upgrade has no response of Node.
      const exchange =
        outgoing === undefined
          ? receiveUpgrade(
              incoming,
              incoming.socket,
              undefined,
              nodeOptions as ServerOptions<IncomingMessage, undefined>,
            )
          : receiveNode(incoming, outgoing, nodeOptions);
      return runNext(exchange, context, next);
    }
    const exchange = receiveWeb(context.req.raw, options);
    return runNext(exchange, context, next).then(() => finishWeb(exchange, context.req.raw, context.res));
  };
}

/**
 * Runs the rest of the chain. Hono turns an Error into a response, and leaves other values to its
 * caller.
 */
function runNext(
  exchange: Pick<Exchange, "run" | "fail" | "route">,
  context: HonoContext,
  next: () => Promise<void>,
): Promise<void> {
  return exchange.run(next).then(
    () => {
      if (context.error !== undefined) exchange.fail(context.error);
      const { error, finalized } = context;
      const notFound = error === undefined && finalized && context.res.status === 404;
      exchange.route = answeredRoute(context.req, notFound);
    },
    (error) => {
      exchange.fail(error);
      throw error;
    },
  );
}
