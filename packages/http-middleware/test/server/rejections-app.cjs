// A server whose listener rejects. Arguments: bare or traced, the wrapper, what its caller does,
// when it rejects, sampled.
const http = require("node:http");
const http2 = require("node:http2");
const { connect } = require("node:net");
const { initTracing } = require("@meshtrace/core");
const middleware = require("@meshtrace/http-middleware");

const [way, wrapper, caller, moment, sampled] = process.argv.slice(2);
// The frames of a wrapper are no difference that counts.
Error.stackTraceLimit = 1;
initTracing({ serviceName: "test", exporter: "none", shutdown: false });

async function listener() {
  setImmediate(() => setImmediate(() => process.exit()));
  if (moment === "later") await null;
  throw new Error("rejected on purpose");
}

const wrap = middleware[wrapper];
const traced = { bare: () => listener, traced: () => wrap(listener), "traced twice": () => wrap(wrap(listener)) }[
  way
]();
const caught = (error) => console.log("caught", error.message);
if (caller === "listener") process.on("unhandledRejection", (reason) => console.log("unhandled", reason.message));
const called = {
  crash: traced,
  listener: traced,
  caught: (...args) => void traced(...args).catch(caught),
  returned: (...args) => void (async () => traced(...args))().catch(caught),
}[caller];

const event = { traceHandler: "request", traceStream: "stream", traceUpgrade: "upgrade" }[wrapper];
const server = event === "stream" ? http2.createServer() : http.createServer();
server.on(event, called).listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const headers = { "x-b3-traceid": "463ac35c9f6413ad", "x-b3-spanid": "a2fb4a1d1a96d312", "x-b3-sampled": sampled };
  if (event === "stream") {
    http2
      .connect(`http://127.0.0.1:${port}`)
      .on("error", () => {})
      .request({ ":path": "/", ...headers })
      .on("error", () => {});
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const upgrade = event === "upgrade" ? "connection: upgrade\r\nupgrade: own\r\n" : "";
  connect(port, "127.0.0.1")
    .on("error", () => {})
    .write(`GET / HTTP/1.1\r\nhost: h\r\n${upgrade}${lines.join("")}\r\n`);
});
