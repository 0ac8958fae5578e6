/** Clients at full speed: answered, failed, aborted and pipelined requests. */
import { connect } from "node:net";

const request = (path) => `GET ${path} HTTP/1.1\r\nhost: h\r\nx-b3-sampled: 1\r\n\r\n`;
// Bytes to send, and the number of answers after which the client leaves.
const SCRIPTS = [
  [request("/").repeat(20), 20],
  [request("/reject").repeat(5), 5],
  [request("/").repeat(20), 3],
  [request("/never"), 0],
  [`${request("/").repeat(3)}${request("/never")}${request("/").repeat(3)}`, 3],
];

function once(port, [bytes, answers]) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes, () => answers === 0 && socket.destroy());
    });
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
      if (text.split("HTTP/1.1 ").length > answers) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", resolve);
  });
}

/**
 * Sends requests over `connections` connections until `stop()` is called, which resolves when all
 * are closed.
 */
export function startLoad(port, connections = 8) {
  let running = true;
  const loops = Array.from({ length: connections }, async (_, index) => {
    for (let count = index; running; count += 1) await once(port, SCRIPTS[count % SCRIPTS.length]);
  });
  return {
    async stop() {
      running = false;
      await Promise.all(loops);
    },
  };
}
