/**
 * Handlers from the web's `Request` to its `Response`, such as route handlers of frameworks and of
 * other runtimes.
 */
import { copySignature } from "../../copy-signature.js";
import { checkServerOptions } from "../options.js";
import { failWeb, finishWeb, receiveWeb, type WebServerOptions } from "../web-exchange.js";

export type { WebServerOptions } from "../web-exchange.js";

/**
 * Wraps a handler. Further arguments are passed on. The span ends when the body of the response has
 * been read or is abandoned. An exception and a rejection of the handler come out unchanged.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * export const GET = traceWebHandler(async (request: Request) => {
 *   return new Response(`hello, ${new URL(request.url).pathname}`);
 * });
 */
export function traceWebHandler<
  Incoming extends Request,
  More extends unknown[],
  Outgoing extends Response | undefined,
>(
  handler: (request: Incoming, ...more: More) => Outgoing | Promise<Outgoing>,
  options: WebServerOptions = {},
): (request: Incoming, ...more: More) => Promise<Outgoing> {
  checkServerOptions(options);
  async function traced(this: unknown, request: Incoming, ...more: More): Promise<Outgoing> {
    const exchange = receiveWeb(request, options);
    try {
      const response = await exchange.run(handler, this, request, ...more);
      finishWeb(exchange, request, response);
      return response;
    } catch (error) {
      failWeb(exchange, request, error);
      throw error;
    }
  }
  return copySignature(traced, handler);
}
