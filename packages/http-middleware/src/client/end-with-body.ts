/**
 * When is a body over? Told by Node's own `finished`, which takes no reader and changes nothing of a Response.
 */
import { finished } from "node:stream";
import type { Call } from "./call.js";

/** A body that nobody has begun to read for so long (in ms) is taken for one that nobody will. */
const UNREAD_MS = 5000;

/** What is read of a web stream (`locked`) or of a Node stream (the rest). */
interface Body {
  readonly locked?: boolean;
  readonly readableDidRead?: boolean;
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
}

// A body that was begun and then thrown away: nothing else would ever end the span.
const lost = new FinalizationRegistry<Call>((call) => call.endUnread());

/**
 * Ends the call when `body` (a web or a Node stream) is read to its end, cancelled, or broken: whichever is first. A body
 * that is not begun within 5 s, or was collected as garbage, ends the span with the time of the response's head. No body, or
 * one that is no stream, ends it at once. Neither call nor timer keeps the body in memory, or the process alive.
 */
export function endWithBody(body: unknown, call: Call): void {
  if (!call.open) return;
  if (typeof body !== "object" || body === null) {
    call.end();
    return;
  }
  const held = new WeakRef(body as Body);
  const unread = setTimeout(() => {
    const still = held.deref();
    if (still === undefined || !(still.locked ?? still.readableDidRead)) call.endUnread();
    // Few calls come to this: registering each of them would cost the garbage collector more than the rest of a call.
    else lost.register(still, call);
  }, UNREAD_MS);
  unread.unref();
  try {
    finished(body as NodeJS.ReadableStream, { writable: false }, (error) => {
      clearTimeout(unread);
      const stream = held.deref();
      if (error === undefined || error === null) call.end();
      else if (stream?.destroyed === true && stream.errored === null) call.cancel();
      else call.fail(error);
    });
  } catch {
    clearTimeout(unread);
    call.end();
  }
}
