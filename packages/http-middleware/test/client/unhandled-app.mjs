// Makes calls that fail, and leaves their promises alone. Arguments: "count", which makes every
// call, or "crash" and a call.

import { once } from "node:events";
import { createServer } from "node:net";
import { initTracing } from "@meshtrace/core";
import { tracedFetch } from "@meshtrace/http-middleware";
import { tracedHttp } from "@meshtrace/http-middleware/http";
import { undiciTracing } from "@meshtrace/http-middleware/undici";
import { Agent, request, fetch as undiciFetch } from "undici";

const [mode, way] = process.argv.slice(2);
initTracing({ exporter: { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} }, shutdown: false });

// Accepts each connection and closes it before there is a response.
const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/`;
const dispatcher = new Agent().compose(undiciTracing());
const fail = async () => {
  throw new TypeError("fake failed");
};

const calls = {
  "bare fetch": () => fetch(url),
  tracedFetch: () => tracedFetch(url),
  "tracedFetch, not traced": () => tracedFetch(url, { tracing: false }),
  "tracedFetch of a Request": () => tracedFetch(new Request(url)),
  "tracedFetch of an invalid URL": () => tracedFetch("http://["),
  "tracedFetch.from a fake": () => tracedFetch.from(fail)(url),
  "tracedFetch.from a fake, not traced": () => tracedFetch.from(fail)(url, { tracing: false }),
  "tracedFetch.from undici's": () => tracedFetch.from(undiciFetch)(url),
  "undici request": () => request(url, { dispatcher }),
  "http request": () => {
    const failed = new Promise((_resolve, reject) => tracedHttp.get(url).on("error", reject));
    return failed;
  },
  "http request without a listener": () => void tracedHttp.get(url),
};

if (mode === "crash") {
  calls[way]();
} else {
  const reasons = {};
  let current;
  let reported;
  const report = (reason) => {
    reasons[current] = [...(reasons[current] ?? []), reason];
    reported();
  };
  process.on("unhandledRejection", (error) => report(String(error)));
  process.on("uncaughtException", (error) => report(`thrown: ${error}`));
  for (current of Object.keys(calls)) {
    const first = new Promise((resolve) => {
      reported = resolve;
    });
    calls[current]();
    await first;
    // A second report of the same call would follow in one of the next turns.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  }
  console.log(JSON.stringify(reasons));
  process.exit();
}
