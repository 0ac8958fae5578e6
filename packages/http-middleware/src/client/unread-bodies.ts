/**
 * Bodies that no one has begun to read yet. One timer serves all of them.
 */

import { monotonicNow, setTimeout } from "../clock.js";
import type { Call } from "./call.js";
import type { ClosedSocket } from "./closed-socket.js";

/** After this time without a reader, a body counts as one that is never read. */
const MAX_UNREAD_MS = 5000;

/** What is read of a web stream (`locked`) or of a Node stream (the rest). */
export interface Body {
  readonly locked?: boolean;
  readonly readableDidRead?: boolean;
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
  /** Of a response of node:http. */
  readonly socket?: ClosedSocket | null;
}

interface Unread {
  readonly body: WeakRef<Body>;
  readonly call: Call;
  /** In milliseconds of `performance.now()`. */
  readonly deadline: number;
}

// A body that was begun and then dropped: nothing else would ever end its span.
const dropped = new FinalizationRegistry<Call>((call) => call.endUnread());

/**
 * Ends the calls whose bodies are not read. Keeps neither the bodies in memory nor the process
 * alive.
 */
export class UnreadBodies {
  // In the order of their deadlines.
  readonly #bodies = new Set<Unread>();
  #timer: NodeJS.Timeout | undefined;

  /** Watches `body` until it is read or `call` ends. */
  add(body: Body, call: Call): void {
    const unread = { body: new WeakRef(body), call, deadline: monotonicNow() + MAX_UNREAD_MS };
    this.#bodies.add(unread);
    call.onEnd = () => this.#bodies.delete(unread);
    this.#timer ??= setTimeout(() => this.#check(), MAX_UNREAD_MS).unref();
  }

  #check(): void {
    this.#timer = undefined;
    const now = monotonicNow();
    for (const unread of this.#bodies) {
      // A timer may fire up to a millisecond early.
      if (unread.deadline > now + 1) {
        this.#timer = setTimeout(() => this.#check(), unread.deadline - now).unref();
        return;
      }
      this.#bodies.delete(unread);
      const body = unread.body.deref();
      if (body === undefined || !(body.locked ?? body.readableDidRead)) unread.call.endUnread();
      // Few calls come to this. Registering each of them would cost more than the rest of a call.
      else dropped.register(body, unread.call);
    }
  }
}
