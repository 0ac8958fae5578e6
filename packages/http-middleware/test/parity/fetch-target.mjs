/** The server behind outgoing calls, and what an app reads of an answer. */
import { once } from "node:events";
import { createServer } from "node:http";
import { listen } from "./tools.mjs";

const names = (headers) =>
  [...headers.keys()].filter((name) => !/^(x-b3|traceparent|tracestate|x-request-id|date)/.test(name));

/** Starts a server that answers by path, and echoes what it got. */
export async function target(row) {
  const port = await listen(
    row,
    createServer(async (request, response) => {
      response.on("error", () => {});
      const url = new URL(request.url, "http://h");
      let body = "";
      try {
        for await (const chunk of request) body += chunk;
      } catch {
        return;
      }
      if (url.pathname === "/hang") return;
      if (url.pathname === "/break") {
        response.writeHead(200, { "content-length": 100 }).write("part", () => request.socket.destroy());
        return;
      }
      if (url.pathname === "/reset") {
        request.socket.destroy();
        return;
      }
      if (url.pathname === "/garbage") {
        request.socket.end("no answer\r\n\r\n");
        return;
      }
      const status = Number(url.searchParams.get("status") ?? 200);
      const location = url.searchParams.get("to");
      const own = Object.entries(request.headers).filter(
        ([name]) => !/^(x-b3|traceparent|tracestate|x-request-id|host|connection)/.test(name),
      );
      response.writeHead(status, { "x-own": "1", ...(location === null ? {} : { location }) });
      response.end(
        status === 204 || status === 304
          ? undefined
          : JSON.stringify({ method: request.method, path: request.url, own, body }),
      );
    }),
  );
  return `http://127.0.0.1:${port}`;
}

export const closedPort = async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
};

/** Logs all that an app can read of a response, and its body. */
export async function logResponse(row, origin, call) {
  try {
    const response = await call();
    row.log(
      "client",
      response.status,
      response.statusText,
      response.ok,
      response.redirected,
      response.type,
      response.url.replace(origin, ""),
      names(response.headers),
      response.bodyUsed,
      response.body === null,
      response.constructor.name,
      response instanceof Response,
    );
    const text = await response.text();
    row.log("client", text.replaceAll(origin, ""), response.bodyUsed, response.body?.locked ?? false);
  } catch (error) {
    row.log("client", error);
  }
}
