// Sends requests at an even pace that a server can easily serve, and measures each answer's time.
// Argument: the port.
const { once } = require("node:events");
const { connect } = require("node:net");
const { setTimeout: pause } = require("node:timers/promises");
const { answer } = require("./answering.cjs");
const { requests } = require("./requests.cjs");

const port = Number(process.argv[2]);
const texts = requests({ sampled: true });
const CONNECTIONS = 16;
/**
 * Milliseconds between an answer and the next request on its connection: 16 of them send some 1 500
 * a second.
 */
const PAUSE_MS = 10;

let sent = 0;

answer({
  /** Milliseconds of every request, sorted. */
  async run(seconds) {
    const end = performance.now() + seconds * 1000;
    const all = await Promise.all(Array.from({ length: CONNECTIONS }, () => drive(end)));
    return all.flat().sort((a, b) => a - b);
  },
});

async function drive(end) {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  const durations = [];
  while (performance.now() < end) {
    const start = performance.now();
    socket.write(texts[sent % texts.length]);
    sent += 1;
    // An answer of the server under test is one small piece.
    await once(socket, "data");
    durations.push(performance.now() - start);
    await pause(PAUSE_MS);
  }
  socket.destroy();
  return durations;
}
