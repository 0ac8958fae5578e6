/** A service that answers each message of a socket with what the next service says. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { initTracing } from "@meshtrace/core";
import { tracedFetch, traceUpgrade } from "@meshtrace/http-middleware";

const tracing = initTracing();
const next = new URL("/gettime", process.env.TIME_SERVICE_URL);
// RFC 6455, section 1.3.
const accept = (key) => createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

const server = createServer((_request, response) => response.writeHead(404).end());
server.on(
  "upgrade",
  traceUpgrade((request, socket) => {
    const key = accept(request.headers["sec-websocket-key"]);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    socket.on("data", async () => socket.write(await (await tracedFetch(next)).text()));
    socket.on("error", () => {});
  }),
);
server.listen(Number(process.env.PORT), process.env.HOST, () => {
  console.log(JSON.stringify({ listening: server.address().port }));
});
process.once("SIGTERM", async () => {
  await tracing.shutdown();
  process.exit(0);
});
