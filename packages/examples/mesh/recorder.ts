/**
 * A proxy between two hops that writes down the headers which passed, and changes nothing.
 */
import { Agent, createServer, type IncomingHttpHeaders, request as send } from "node:http";
import type { AddressInfo } from "node:net";

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

/** Listens on a free port of 127.0.0.1 and tells `heard` of every request before it goes on. */
export async function startRecorder(hop: string, heard: (recorded: Recorded) => void): Promise<Recorder> {
  let target: number | undefined;
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method, url: path = "/", headers } = request;
    heard({ hop, path, headers });
    const refuse = (status: number): void => {
      response.writeHead(status).end(`the recorder of ${hop} has nobody behind it\n`);
    };
    if (target === undefined) return refuse(503);
    const onward = send(
      // The headers as they came, in order and case; Host too.
      { host: "127.0.0.1", port: target, method, path, headers: request.rawHeaders, agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onward.on("error", () => (response.headersSent ? response.destroy() : refuse(502)));
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
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
