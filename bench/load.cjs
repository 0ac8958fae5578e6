// Drives a server: requests over kept-alive connections, one after the other on each. Arguments:
// the port, the number of connections, and "sampled" or "unsampled".
const { equal } = require("node:assert/strict");
const { once } = require("node:events");
const { connect } = require("node:net");
const { answer } = require("./answering.cjs");
const { requests } = require("./requests.cjs");

const port = Number(process.argv[2]);
const CONNECTIONS = Number(process.argv[3]);
const texts = requests({ sampled: process.argv[4] === "sampled" }).map((text) => Buffer.from(text, "latin1"));
let responseBytes = 0;

answer({ check, run });

/**
 * Sends each request once and asserts the answers: all have one length. Returns how many there are.
 */
async function check(body) {
  for (const text of texts) {
    const response = await requestOnce(text);
    equal(response.slice(0, 15), "HTTP/1.1 200 OK");
    equal(response.slice(response.indexOf("\r\n\r\n") + 4), body);
    if (responseBytes === 0) responseBytes = response.length;
    equal(response.length, responseBytes);
  }
  return texts.length;
}

/** Sends one request on its own connection; returns the whole response as text. */
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

// A server that closes a connection has no result: this process ends, and its pending question
// rejects.
function failed(error) {
  throw error ?? new Error("the server closed a connection");
}

/**
 * Sends `count` requests, each of the 256 in turn, and resolves when all responses have arrived.
 */
async function run(count) {
  while (open.length < CONNECTIONS) {
    const socket = connect(port, "127.0.0.1").setNoDelay(true);
    await once(socket, "connect");
    socket.on("error", failed).on("end", failed);
    open.push(socket);
  }
  let sent = 0;
  await Promise.all(
    open.map(
      (socket) =>
        new Promise((resolve, reject) => {
          let missing = 0;
          const next = () => {
            if (sent === count) return done();
            missing = responseBytes;
            socket.write(texts[sent % texts.length]);
            sent += 1;
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
