/** A collector that misbehaves in one way after the other. */
import { createServer } from "node:http";

const answer =
  (status, headers = {}) =>
  (_request, response) =>
    response.writeHead(status, headers).end();

/** Each way is in force for the same time. Spans that arrive are accepted only in the first. */
export const FAULTS = {
  accepts: answer(202),
  // The server does not listen meanwhile.
  "refuses connections": () => {},
  "resets the connection": (request) => request.socket.resetAndDestroy(),
  "closes without an answer": (request) => request.socket.destroy(),
  "hangs before the head": () => {},
  "hangs after the head": (_request, response) => void response.writeHead(202, { "content-length": 10 }).flushHeaders(),
  "sends its body slowly": (_request, response) => trickle(response, 500),
  "sends a body without end": (_request, response) => trickle(response, 5),
  "answers 500": answer(500),
  "answers 503": answer(503),
  "answers 413": answer(413),
  "answers 429 with a long Retry-After": answer(429, { "retry-after": "3600" }),
  "answers garbage": (request) => request.socket.end("no HTTP at all\r\n\r\n"),
  redirects: answer(307, { location: "http://localhost:1/api/v2/spans" }),
  "answers as TLS does": (request) => request.socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
};

function trickle(response, milliseconds) {
  response.writeHead(202);
  const timer = setInterval(() => response.write("x"), milliseconds);
  response.on("close", () => clearInterval(timer));
}

/** Starts it. `setFault` changes its behaviour for requests from then on. */
export async function startCollector() {
  let fault = FAULTS.accepts;
  const server = createServer(async (request, response) => {
    response.on("error", () => {});
    try {
      for await (const _chunk of request);
      fault(request, response);
    } catch {
      // The exporter gave up.
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/api/v2/spans`,
    setFault(name) {
      fault = FAULTS[name];
      if (name === "refuses connections") {
        server.close();
        server.closeAllConnections();
      } else if (!server.listening) server.listen(port, "127.0.0.1");
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
