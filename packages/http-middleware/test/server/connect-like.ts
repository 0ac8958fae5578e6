/**
 * Frameworks whose middleware is connect's: their test file makes an app, and says what it cannot
 * do.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { tracingErrors, tracingMiddleware } from "../../src/index.js";
import { describeServer, type ServerAdapter } from "./contract.js";
import { listen, type Service } from "./service.js";

type Next = (error?: unknown) => void;
export type Route = (
  request: IncomingMessage & { params?: Record<string, string> },
  response: ServerResponse,
  next: Next,
) => unknown;

/** The parts of an app, to be put in this order. */
export interface Parts {
  readonly tracing: ReturnType<typeof tracingMiddleware>;
  readonly errors: ReturnType<typeof tracingErrors>;
  readonly raw: Route;
  readonly user: Route;
  readonly thing: Route;
  readonly throws: Route;
  readonly rejects: Route;
}

export function parts({ options, raw, text, throws, rejects }: Service): Parts {
  return {
    tracing: tracingMiddleware(options),
    errors: tracingErrors(),
    raw: (request, response) => void raw(request, response),
    user: (request, response) => void response.end(text(request.params?.["id"] ?? "")),
    thing: (request, response) => void response.end(text(request.params?.["thing"] ?? "")),
    throws,
    rejects: (_request, _response, next) => rejects().catch(next),
  };
}

export function describeConnectLike(
  name: string,
  app: (parts: Parts) => RequestListener,
  cannot?: ServerAdapter["cannot"],
): void {
  describeServer({ name, start: async (service) => listen(app(parts(service))), ...(cannot && { cannot }) });
}
