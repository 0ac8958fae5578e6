/**
 * Programs that stand in for the hello-world service in some rows, and how a request is sent to
 * them.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";

/** The path of a program. */
export function program(name: string): string {
  return fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
}

/**
 * Opens a WebSocket, sends bytes, and resolves with the first that come back. The services read no
 * frames.
 */
export async function askOverWebSocket(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const opening = request(url, {
    headers: {
      ...headers,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
    },
  }).end();
  const [response, socket] = await once(opening, "upgrade");
  if (response.statusCode !== 101) throw new Error(`status ${response.statusCode}`);
  socket.write("what time is it?");
  const [answer] = await once(socket, "data");
  socket.destroy();
  return String(answer);
}
