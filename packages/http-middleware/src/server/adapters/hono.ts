/** Hono 4: a middleware. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange } from "../exchange.js";
import { receiveNode } from "../node-exchange.js";
import { checkServerOptions } from "../options.js";
import { finishWeb, receiveWeb, type WebServerOptions, withWebHooks } from "./web.js";

export type { WebServerOptions } from "./web.js";

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
 * A middleware that traces what comes after it: `app.use(honoTracing())`, first. On Node the span ends with the connection's own
 * end of the response. Hooks get the web's Request and Response. Throws `TypeError` for an unknown option.
 */
export function honoTracing(
  options: WebServerOptions = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<void> {
  checkServerOptions(options);
  const { spanName, ignore, onRequest, onResponse, ...others } = options;
  // Without hooks they are the same for every request.
  const same = (spanName ?? ignore ?? onRequest ?? onResponse) === undefined ? others : undefined;
  return (context, next) => {
    const { incoming, outgoing } = context.env ?? {};
    if (incoming !== undefined && outgoing !== undefined) {
      const response = (): Response | undefined => (context.finalized ? context.res : undefined);
      const onNode = same ?? withWebHooks(options, context.req.raw, response);
      return through(receiveNode(incoming, outgoing, onNode), context, next);
    }
    const exchange = receiveWeb(context.req.raw, options);
    return through(exchange, context, next).then(() => finishWeb(exchange, context.req.raw, context.res));
  };
}

/** The rest of the chain. Hono has caught what was thrown, and made an answer of it. */
function through(
  exchange: Pick<Exchange, "run" | "fail" | "route">,
  context: HonoContext,
  next: () => Promise<void>,
): Promise<void> {
  return exchange.run(next).then(() => {
    if (context.error !== undefined) exchange.fail(context.error);
    // The path of the handler that answered; of a middleware, such as `/*`, where none did.
    const path = context.req.routePath;
    if (!path.endsWith("*")) exchange.route = path;
  });
}
