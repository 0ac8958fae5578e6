/**
 * Apps that end, one a process: each has answered a request, so that a span waits. The argument is
 * the name of the row; with none, prints the names and the signals that the parent sends after
 * `ready`.
 */
import { fork } from "node:child_process";
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

const log = (...words) => process.stdout.write(`${words.join(" ")}\n`);
const turn = () => new Promise(setImmediate);
const stay = () => void setInterval(() => {}, 1000);
const boom = () => {
  // Frames differ where a wrapper calls the app.
  Error.stackTraceLimit = 0;
  return new Error("boom");
};
const throwing = () => {
  log("throws");
  throw boom();
};
const THIS = fileURLToPath(import.meta.url);

/**
 * What the app does after `ready`. With a signal, the parent sends it then. `first` runs before
 * tracing starts. `arrive`: the SERVER spans that reach the collector, where it is not 1.
 */
const ROWS = {
  "ends by itself": () => {},
  "ends by itself after a call of fetch": {
    arrive: 2,
    run: (kit) => serveOne(kit, async (url, options) => log(await (await kit.fetch(url, options)).text())),
  },
  "an exit code that is set": () => {
    process.exitCode = 3;
  },
  "process.exit": () => process.exit(4),
  "process.exit in a promise, and code after it": async () => {
    await turn();
    process.exit(0);
    log("after the exit");
  },
  "exit and beforeExit": () => {
    process.on("exit", (code) => log("exit", code));
    process.once("beforeExit", (code) => log("beforeExit", code));
  },
  "beforeExit that makes work": () => {
    let rounds = 0;
    process.on("beforeExit", () => {
      rounds += 1;
      if (rounds < 3) setImmediate(() => log("work", rounds));
    });
  },
  "process.exit in an exit listener": () => {
    process.on("exit", () => {
      log("exit");
      process.exitCode = 9;
    });
  },
  "an unref'd timer holds nothing": () => setTimeout(() => log("late"), 60_000).unref(),
  "an uncaught exception": () => {
    setImmediate(() => {
      throw boom();
    });
  },
  "a thrown value that is no error": () => {
    setImmediate(() => {
      throw "text";
    });
  },
  "an unhandled rejection": () => void Promise.reject(boom()),
  uncaughtExceptionMonitor: () => {
    process.on("uncaughtExceptionMonitor", (error, origin) => log("monitor", error.message, origin));
    Promise.reject(boom());
  },
  "a capture callback": () => {
    process.setUncaughtExceptionCaptureCallback((error) => {
      log("captured", error.message);
      process.exit(5);
    });
    setImmediate(() => {
      throw boom();
    });
  },
  "process.abort": { signal: "SIGABRT", arrive: 0, run: stay },
  "process.reallyExit": { arrive: 0, run: () => process.reallyExit(3) },
  SIGKILL: { signal: "SIGKILL", arrive: 0, run: stay },
  "an exit listener that throws, added before tracing": {
    first: () => process.on("exit", throwing),
    run: () => process.exit(3),
  },
  "an exit listener that throws, added after tracing": () => {
    process.on("exit", throwing);
    process.exit(3);
  },
  "an exit listener that throws, added as the first": () => {
    process.prependListener("exit", throwing);
    process.exit(3);
  },
  "an exit listener that throws, caught": {
    first() {
      process.on("uncaughtException", (error) => log("caught", error.message));
      process.on("exit", throwing);
    },
    run: () => process.exit(3),
  },
  "an exit listener that throws at an exception": {
    first: () => process.on("exit", throwing),
    run: () =>
      setImmediate(() => {
        throw boom();
      }),
  },
  "a beforeExit listener that throws": () => {
    process.prependListener("beforeExit", throwing);
  },
  "removeAllListeners of exit": () => {
    process.removeAllListeners("exit");
    process.exit(3);
  },
  "removeAllListeners of every event": () => {
    process.removeAllListeners();
    setImmediate(() => process.exit(3));
  },
  "SIGTERM, no listener": { signal: "SIGTERM", run: stay },
  "SIGINT, no listener": { signal: "SIGINT", run: stay },
  "SIGHUP, no listener": { signal: "SIGHUP", arrive: 0, run: stay },
  "SIGTERM, a listener that drains": {
    signal: "SIGTERM",
    run() {
      process.on("SIGTERM", (signal, number) => {
        log("draining", signal, number);
        setTimeout(() => {
          log("drained");
          process.exit(0);
        }, 50);
      });
      stay();
    },
  },
  "SIGTERM, once": {
    signal: "SIGTERM",
    run() {
      process.once("SIGTERM", () => {
        log("draining");
        setTimeout(() => process.exit(6), 50);
      });
      stay();
    },
  },
  "SIGTERM, a listener that exits at once": {
    signal: "SIGTERM",
    run() {
      process.on("SIGTERM", () => process.exit(143));
      process.on("exit", (code) => log("exit", code));
      stay();
    },
  },
  "SIGTERM, raised again by the app": {
    signal: "SIGTERM",
    run() {
      process.on("SIGTERM", function own() {
        process.removeListener("SIGTERM", own);
        log("again");
        process.kill(process.pid, "SIGTERM");
      });
      stay();
    },
  },
  "SIGTERM, a server that closes": {
    signal: "SIGTERM",
    run() {
      const server = createServer().listen(0);
      process.on("SIGTERM", () => server.close(() => log("closed")));
    },
  },
  "SIGTERM, ignored": {
    signal: "SIGTERM",
    run() {
      process.on("SIGTERM", () => {
        log("ignored");
        setTimeout(() => process.exit(7), 50);
      });
      stay();
    },
  },
  "SIGINT, removed listener": {
    signal: "SIGINT",
    run() {
      const own = () => log("never");
      process.on("SIGINT", own).removeListener("SIGINT", own);
      stay();
    },
  },
  "SIGUSR2 with a listener": {
    signal: "SIGUSR2",
    run() {
      process.on("SIGUSR2", () => process.exit(8));
      stay();
    },
  },
  "removeAllListeners of signals": {
    signal: "SIGTERM",
    run() {
      process.removeAllListeners("SIGTERM");
      stay();
    },
  },
  "removeAllListeners of a signal, which is raised in the same tick": () => {
    setImmediate(() => {
      process.removeAllListeners("SIGTERM");
      process.kill(process.pid, "SIGTERM");
    });
    stay();
  },
  "listeners of a signal that are saved and added again": {
    signal: "SIGTERM",
    run() {
      const saved = process.listeners("SIGTERM");
      process.removeAllListeners("SIGTERM");
      for (const listener of saved) process.on("SIGTERM", listener);
      stay();
    },
  },
  "a worker thread": () => {
    const worker = new Worker(`require("node:worker_threads").parentPort.postMessage("hello"); process.exitCode = 2;`, {
      eval: true,
    });
    worker.on("message", (message) => log(message));
    worker.on("exit", (code) => log("worker", code));
  },
  "a worker thread that fails": () => {
    const worker = new Worker(`Error.stackTraceLimit = 0; throw new Error("in the worker")`, { eval: true });
    worker.on("error", (error) => log("worker", error.message));
    worker.on("exit", (code) => log("worker", code));
  },
  "a worker thread that is terminated": () => {
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    worker.on("online", () => worker.terminate().then((code) => log("terminated", code)));
  },
  "a worker thread that records, and ends by itself": { arrive: 2, run: () => worker("ends by itself") },
  "a worker thread that records, and exits": { arrive: 2, run: () => worker("process.exit") },
  "a worker thread that records, and fails": { arrive: 2, run: () => worker("an uncaught exception") },
  "a worker thread that records, terminated": () => worker("stays", (thread) => thread.terminate()),
  "a worker thread that records, at the end of the main thread": () => worker("stays", () => process.exit(5)),
  "a forked child": { arrive: 2, run: () => child("fork", "stays", (forked) => forked.disconnect()) },
  "a forked child, killed": { arrive: 2, run: () => child("fork", "stays", (forked) => forked.kill()) },
  "a forked child whose parent exits": { arrive: 2, run: () => child("fork", "stays", () => process.exit(2)) },
  "cluster, disconnected": { arrive: 2, run: () => child("cluster", "stays", (forked) => forked.disconnect()) },
  "cluster, the worker killed": { arrive: 2, run: () => child("cluster", "stays", (forked) => forked.kill()) },
  "cluster, the worker killed by a signal": {
    arrive: 2,
    run: () => child("cluster", "stays", (forked) => forked.process.kill("SIGTERM")),
  },
  "cluster, the worker exits": { arrive: 2, run: () => child("cluster", "process.exit") },
  "cluster, the worker fails": { arrive: 2, run: () => child("cluster", "an uncaught exception") },
  "cluster, the primary exits": { arrive: 2, run: () => child("cluster", "stays", () => process.exit(6)) },
  "cluster, the primary is killed": {
    arrive: 2,
    run: () => child("cluster", "stays", () => process.kill(process.pid, "SIGTERM")),
  },
};

/** The rows of threads and children. They record a span, too. */
const CHILDREN = {
  ...ROWS,
  stays() {
    process.on("disconnect", () => process.exit());
    stay();
  },
};

function worker(name, then = () => {}) {
  const thread = new Worker(THIS, { argv: ["child", name] });
  thread.on("message", () => then(thread));
  thread.on("error", (error) => log("thread", error.message));
  thread.on("exit", (code) => log("thread", code));
}

function child(kind, name, then = () => {}) {
  cluster.setupPrimary({ exec: THIS, args: ["child", name] });
  const forked = kind === "cluster" ? cluster.fork() : fork(THIS, ["child", name]);
  forked.on("message", () => then(forked));
  forked.on("exit", (code, signal) => log("child", code, signal, forked.exitedAfterDisconnect));
}

const MODES = ["strict", "warn", "none", "warn-with-error-code", "throw"];
for (const mode of MODES) {
  ROWS[`--unhandled-rejections=${mode}`] = {
    flags: [`--unhandled-rejections=${mode}`],
    run: () => void Promise.reject(boom()),
  };
}

/** Starts a server that answers the request that `call` makes. */
async function serveOne(kit, call) {
  const server = kit.server(createServer(kit.handler((_request, response) => response.end("ok"))));
  await once(server.listen(0, "127.0.0.1"), "listening");
  await call(`http://127.0.0.1:${server.address().port}/`, { headers: { ...kit.headers, connection: "close" } });
  await new Promise((resolve) => server.close(resolve));
}

/** `say`: what to do when the span waits. */
async function run(name, rows, say) {
  const row = rows[name];
  row.first?.();
  const { kit } = await import("./kit.mjs");
  let answer = "";
  // One row loads fetch, which takes longer than all the rest.
  await serveOne(kit, async (url, options) => {
    const [response] = await once(kit.http.get(url, options), "response");
    answer = await text(response);
  });
  say(answer);
  const work = typeof row === "function" ? row : row.run;
  const running = work(kit);
  if (rows === ROWS) log("ready");
  await running;
}

const [name, part] = process.argv.slice(2);
if (name === undefined) {
  const rows = Object.entries(ROWS).map(([key, { signal, flags, arrive }]) => ({ name: key, signal, flags, arrive }));
  process.stdout.write(JSON.stringify(rows));
} else if (name !== "child") await run(name, ROWS, log);
else if (isMainThread) await run(part, CHILDREN, (text) => process.send(text));
else await run(part, CHILDREN, (text) => parentPort.postMessage(text));
