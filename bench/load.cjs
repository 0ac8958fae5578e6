// Drives a server: requests over kept-alive connections, one after the other on each. Arguments: the port, and how many
// connections.
const { once } = require("node:events");
const { connect } = require("node:net");
const { answer } = require("./answering.cjs");

const port = Number(process.argv[2]);
const CONNECTIONS = Number(process.argv[3] ?? 16);

answer({ once: requestOnce, run });

/** One request on a connection of its own; the whole response as text. */
function requestOnce(request) {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.setEncoding("latin1").on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk;
      if (!complete(text)) return;
      socket.destroy();
      resolve(text);
    });
  });
}

function complete(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  return text.length >= end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(text)[1]);
}

const open = [];

// A server that cuts a connection has no result: this process ends, and the question with it.
function failed(error) {
  throw error;
}

/** Sends `count` requests, and resolves when as many responses of `bytes` bytes are there. */
async function run(request, count, bytes) {
  while (open.length < CONNECTIONS) {
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    await once(socket, "connect");
    socket.on("error", failed);
    open.push(socket);
  }
  let left = count;
  await Promise.all(
    open.map(
      (socket) =>
        new Promise((resolve, reject) => {
          let missing = 0;
          const next = () => {
            if (left === 0) return done();
            left -= 1;
            missing = bytes;
            socket.write(request);
          };
          const onData = (chunk) => {
            missing -= chunk.length;
            if (missing < 0) reject(new Error("a response is longer than the first one was"));
            if (missing === 0) next();
          };
          const done = () => {
            socket.off("data", onData);
            resolve();
          };
          socket.on("data", onData);
          next();
        }),
    ),
  );
}
