/**
 * A proxy between two hops that writes down the headers which passed, and changes nothing.
 */
import { Agent, createServer, type IncomingHttpHeaders, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { MeshFailure } from "./failure.js";
import { join } from "./relay.js";

export interface Recorded {
  /** The hop, as `sidecarInbound -> hello-world` has it. */
  readonly hop: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Recorder {
  readonly port: number;
  /** Where requests go on to; until it is called they are answered with 503. */
  forwardTo(port: number): void;
  stop(): Promise<void>;
}

/**
 * Listens on a port of 127.0.0.1 (0: a free one) and tells `heard` of every request before it goes
 * on. Throws `MeshFailure` when the port is taken.
 */
export async function startRecorder(hop: string, heard: (recorded: Recorded) => void, port = 0): Promise<Recorder> {
  let target: number | undefined;
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method, url: path = "/", headers } = request;
    heard({ hop, path, headers });
    const refuse = (status: number): void => {
      response.writeHead(status).end(`the recorder of ${hop} has no service behind it\n`);
    };
    if (target === undefined) return refuse(503);
    const pass = (): void => {
      const onward = send(
        // The headers as they came, in order and case; Host too.
        { host: "127.0.0.1", port: target, method, path, headers: request.rawHeaders, agent },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
          answer.pipe(response);
        },
      );
      onward.on("error", ({ code }: NodeJS.ErrnoException) => {
        // The hop closed an idle connection just when it was used again: that is no failure of the
        // request.
        if (onward.reusedSocket && (code === "ECONNRESET" || code === "EPIPE") && request.readableEnded) return pass();
        return response.headersSent ? response.destroy() : refuse(502);
      });
      if (request.readableEnded) onward.end();
      else request.pipe(onward);
    };
    pass();
  });
  server.on("upgrade", (request, socket, head) => {
    heard({ hop, path: request.url ?? "/", headers: request.headers });
    const { method, url: path, rawHeaders: headers } = request;
    const onward = send({ host: "127.0.0.1", port: target, method, path, headers });
    onward.on("upgrade", (answer, upstream, rest) => {
      const lines = answer.rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
      socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines.join("")}\r\n`);
      socket.write(rest);
      upstream.write(head);
      join(socket, upstream);
    });
    onward.on("response", () => socket.destroy());
    onward.on("error", () => socket.destroy());
    onward.end();
  });
  // A proxy keeps its connections for minutes, and none may be closed under it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      reject(new MeshFailure(code === "EADDRINUSE" ? `port ${port} of 127.0.0.1 is taken` : message));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo(port) {
      target = port;
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
