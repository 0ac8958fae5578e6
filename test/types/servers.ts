// Node's own servers, by the documented lines.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { initTracing } from "@meshtrace/core";
import { traceHandler, traceServer, traceStream, traceUpgrade } from "@meshtrace/http-middleware";

export const tracing = initTracing({ exporter: "none", propagators: ["b3multi", "tracecontext"] });
const hello = (_request: IncomingMessage, response: ServerResponse): void => void response.end("hello");
export const plain = createServer(traceHandler(hello));
export const inline = createServer(traceHandler((_request, response) => response.end("hello")));
export const asynchronous = createServer(
  traceHandler(async (request, response) => void response.end(request.url), { captureQuery: true }),
);
export const secure = createHttpsServer({}, traceHandler(hello));
export const http2 = createHttp2Server(
  traceHandler((_request: Http2ServerRequest, response: Http2ServerResponse) => void response.end()),
);
export const secure2 = createSecureServer({ allowHTTP1: true });
traceServer(plain);
traceServer(secure2, { ignore: () => false });
plain.on(
  "upgrade",
  traceUpgrade((_request, socket) => void socket.end()),
);
http2.on(
  "stream",
  traceStream((stream) => void stream.respond({ ":status": 200 })),
);
