// Asks a server at an even pace that leaves it room, and tells how long each answer took. Argument: the port.
const { once } = require("node:events");
const { connect } = require("node:net");
const { setTimeout: pause } = require("node:timers/promises");
const { answer } = require("./answering.cjs");

const port = Number(process.argv[2]);
const CONNECTIONS = 16;
/** Milliseconds between an answer and the next request on its connection: 16 of them send some 1 500 a second. */
const PAUSE = 10;

answer({
  /** Milliseconds of every request, in order of size. */
  async run(request, seconds) {
    const end = performance.now() + seconds * 1000;
    const all = await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(request, end)));
    return all.flat().sort((a, b) => a - b);
  },
});

async function ask(request, end) {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  const took = [];
  while (performance.now() < end) {
    const begun = performance.now();
    socket.write(request);
    // An answer of the server under test is one small piece.
    await once(socket, "data");
    took.push(performance.now() - begun);
    await pause(PAUSE);
  }
  socket.destroy();
  return took;
}
