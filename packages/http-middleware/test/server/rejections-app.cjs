// Servers whose listeners reject, one after the other. Arguments: bare, traced or traced twice,
// sampled, then for each server the wrapper, what its caller does and when it rejects, as JSON.
const { once } = require("node:events");
const http = require("node:http");
const http2 = require("node:http2");
const { connect } = require("node:net");
const { initTracing } = require("@meshtrace/core");
const middleware = require("@meshtrace/http-middleware");

const [way, sampled, ...servers] = process.argv.slice(2);
const HEADERS = { "x-b3-traceid": "463ac35c9f6413ad", "x-b3-spanid": "a2fb4a1d1a96d312", "x-b3-sampled": sampled };
const EVENTS = { traceHandler: "request", traceStream: "stream", traceUpgrade: "upgrade" };
// The frames of a wrapper are no difference that counts.
Error.stackTraceLimit = 1;
initTracing({ serviceName: "test", exporter: "none", shutdown: false });

const caught = (error) => console.log("caught", error.message);
const unhandled = (reason) => console.log("unhandled", reason.message);

/** The listener as an app registers it. `called` runs when it is called. */
function listenerOf([wrapper, caller, moment], called) {
  async function listener() {
    called();
    if (moment === "later") await null;
    throw new Error("rejected on purpose");
  }
  const wrap = middleware[wrapper];
  const traced = { bare: () => listener, traced: () => wrap(listener), "traced twice": () => wrap(wrap(listener)) }[
    way
  ]();
  return {
    crash: traced,
    listener: traced,
    caught: (...args) => void traced(...args).catch(caught),
    returned: (...args) => void (async () => traced(...args))().catch(caught),
  }[caller];
}

/** Sends a request. Returns the connection. */
function ask(event, port) {
  if (event === "stream") {
    const session = http2.connect(`http://127.0.0.1:${port}`).on("error", () => {});
    session.request({ ":path": "/", ...HEADERS }).on("error", () => {});
    return session;
  }
  const lines = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  const upgrade = event === "upgrade" ? "connection: upgrade\r\nupgrade: own\r\n" : "";
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(`GET / HTTP/1.1\r\nhost: h\r\n${upgrade}${lines.join("")}\r\n`);
  return socket;
}

async function run(row) {
  console.log(...row);
  const [wrapper, caller] = row;
  const event = EVENTS[wrapper];
  if (caller === "listener") process.on("unhandledRejection", unhandled);
  const server = event === "stream" ? http2.createServer() : http.createServer();
  const called = new Promise((resolve) => server.on(event, listenerOf(row, resolve)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const connection = ask(event, server.address().port);
  await called;
  // Node reports a rejection before the second turn begins.
  for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate);
  process.removeListener("unhandledRejection", unhandled);
  connection.destroy();
  server.close();
}

async function main() {
  for (const row of servers) await run(JSON.parse(row));
  process.exit();
}
main();
