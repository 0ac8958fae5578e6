/** Servers, raw sockets and logs for the rows. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";

/**
 * Starts a server on a free port and closes it, with its connections, when `row` ends. Returns its
 * port.
 */
export async function listen(row, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  row.after(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections?.();
      }),
  );
  return server.address().port;
}

/** Starts a server of node:http with a traced handler. */
export async function serve(row, handler, options = {}) {
  const server = row.kit.server(createServer(options, row.kit.handler(handler)));
  return { server, port: await listen(row, server) };
}

/** The headers of the kit, and more, as lines of a request. */
export function headerLines(row, more = {}) {
  return Object.entries({ host: "h", ...row.kit.headers, ...more })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

/** A request as bytes. */
export function rawRequest(row, { method = "GET", path = "/", headers = {}, body = "" } = {}) {
  return `${method} ${path} HTTP/1.1\r\n${headerLines(row, { connection: "close", ...headers })}\r\n${body}`;
}

/** Several requests on one connection, as bytes. */
export function pipelined(row, count) {
  return rawRequest(row, { headers: { connection: "keep-alive" } }).repeat(count - 1) + rawRequest(row);
}

/**
 * Sends bytes and returns all bytes of the answer, without dates, when the server has closed the
 * connection.
 */
export async function exchange(port, bytes) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  let text = "";
  try {
    for await (const chunk of socket) text += chunk;
  } catch (error) {
    text += `[${error.code}]`;
  }
  socket.destroy();
  return text.replaceAll(/\r\ndate: .*/gi, "");
}

/** Logs the events of an emitter in the order in which its listeners are called. */
export function logEvents(row, channel, emitter, events) {
  for (const event of events) {
    emitter.on(event, (...args) =>
      row.log(channel, event, ...args.filter((arg) => typeof arg !== "object" || isError(arg))),
    );
  }
}

const isError = (value) => value instanceof Error;

/** The parts of an error that an app can read. */
export function describeError(error) {
  if (!isError(error)) return { thrown: String(error) };
  const { name, message, code, cause } = error;
  return {
    class: error.constructor.name,
    name,
    message: message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
    code,
    keys: Object.keys(error),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** Resolves after the turns of the event loop in which Node reports what is left of a request. */
export async function turns(count = 20) {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

/** Listens to both events of the process while the row runs. */
export function listenToProcess(row) {
  for (const event of ["unhandledRejection", "uncaughtException", "rejectionHandled"]) {
    const listener = (reason, origin) =>
      row.log(
        "process",
        event,
        reason instanceof Promise ? "promise" : reason,
        origin instanceof Promise ? "promise" : origin,
      );
    process.on(event, listener);
    row.after(() => process.removeListener(event, listener));
  }
}

/** Answers after the turns in which the process hears of an error. */
export const answerLater = (response) => setImmediate(() => setImmediate(() => response.writeHead(500).end("late")));

/** Makes an error with members of its own. */
export const boom = () => Object.assign(new Error("boom"), { code: "E_OWN", extra: 1 });
