/**
 * The end of a body, reported by Node's `finished`, which takes no reader and leaves the Response
 * as it is.
 */
import { finished } from "node:stream";
import type { Call } from "./call.js";
import { type Body, UnreadBodies } from "./unread-bodies.js";

const unread = new UnreadBodies();

/**
 * Ends the call when `body` (a web or a Node stream) is read to its end, cancelled or broken,
 * whichever is first. Ends it at once without a body, or with one that is no stream. A body that no
 * one begins to read within 5 s, and one that is collected as garbage, ends the span with the time
 * of the response's head.
 */
export function watchBody(body: unknown, call: Call): void {
  if (!call.open) return;
  if (typeof body !== "object" || body === null) {
    call.end();
    return;
  }
  endUnreadBody(body, call);
  const held = new WeakRef<Body>(body);
  try {
    finished(body as NodeJS.ReadableStream, { writable: false }, (error) => {
      const stream = held.deref();
      if (error === undefined || error === null) call.end();
      else {
        if (stream?.destroyed === true && stream.errored === null) call.closeByCaller();
        else call.closeHere(stream?.socket);
        call.fail(error);
      }
    });
  } catch {
    call.end();
  }
}

/** Ends the call where `body` is not read, for a client that reports every other end itself. */
export function endUnreadBody(body: object, call: Call): void {
  unread.add(body, call);
}
