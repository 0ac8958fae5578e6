/**
 * Requests that are sent while the process exits. An `exit` listener can do nothing asynchronous,
 * so a worker thread sends them, and this thread waits for it, within a bound.
 */
import type { Worker } from "node:worker_threads";
import { nodeModules } from "../../node-modules.js";
import { now } from "../clock.js";

/** A POST over HTTP, or datagrams over UDP. */
export type LastRequest =
  | {
      readonly url: string;
      readonly headers: Readonly<Record<string, string | number>>;
      readonly body: Uint8Array;
      /** Options of `https.request` that can be copied to another thread. */
      readonly tls?: object | undefined;
    }
  | { readonly host: string; readonly port: number; readonly packets: readonly Uint8Array[] };

/** The result of a request that got no answer in time. */
export const NO_ANSWER = 0;
/** The result of datagrams that the network accepted: UDP has no answer. */
export const SENT = 1;
/**
 * The result of a request that failed. A lower result is the number of a system error, for example
 * of `ECONNREFUSED`.
 */
export const FAILED = -1;

/**
 * Sends the requests at the same time and blocks until each has an answer, for at most `timeoutMs`.
 * Returns the HTTP status, or one of the results above, of each. Never throws: where no worker can
 * be started, nothing was answered.
 */
export function sendAtExit(requests: readonly LastRequest[], timeoutMs: number): number[] {
  if (requests.length === 0) return [];
  // The first word counts the answers; the others hold the results.
  const results = new Int32Array(new SharedArrayBuffer(4 * (requests.length + 1)));
  let worker: Worker | undefined;
  try {
    worker = new nodeModules.workerThreads.Worker(WORKER, {
      eval: true,
      workerData: { requests, results },
      // Neither flags nor NODE_OPTIONS of the app: they may load instrumentation into the thread.
      execArgv: [],
      env: {},
      stdout: true,
      stderr: true,
    });
    const end = now() + timeoutMs;
    for (let answers = 0; answers < requests.length; answers = Atomics.load(results, 0)) {
      const left = end - now();
      if (left <= 0 || Atomics.wait(results, 0, answers, left) === "timed-out") break;
    }
  } catch {
    // A permission model, or a limit of threads.
  }
  void worker?.terminate();
  return [...results.subarray(1)];
}

// CommonJS as text, so that it works from ESM, from CommonJS, and in a bundle.
const WORKER = `
const { workerData: { requests, results } } = require("node:worker_threads");
const http = require("node:http");
const https = require("node:https");
const { createSocket } = require("node:dgram");
requests.forEach((request, index) => {
  let open = true;
  const finish = (result) => {
    if (!open) return;
    open = false;
    Atomics.store(results, index + 1, result);
    Atomics.add(results, 0, 1);
    Atomics.notify(results, 0);
  };
  try {
    if (request.packets === undefined) post(request, finish);
    else send(request, finish);
  } catch {
    finish(${FAILED});
  }
});
function resultOf({ errno }) {
  return errno < 0 ? errno : ${FAILED};
}
function post({ url, headers, body, tls }, finish) {
  const { request } = url.startsWith("https:") ? https : http;
  const sent = request(url, { ...tls, method: "POST", headers, agent: false });
  sent.on("response", (response) => {
    response.resume();
    finish(response.statusCode);
  });
  sent.on("error", (error) => finish(resultOf(error)));
  sent.end(body);
}
function send({ host, port, packets }, finish) {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  let left = packets.length;
  socket.on("error", (error) => finish(resultOf(error)));
  for (const packet of packets) {
    socket.send(packet, port, host, (error) => {
      left -= 1;
      if (error) finish(resultOf(error));
      else if (left === 0) finish(${SENT});
    });
  }
}
`;
