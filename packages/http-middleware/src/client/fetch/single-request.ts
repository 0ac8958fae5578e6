/**
 * The request that a plain Agent makes of a dispatch: one, and no listener of the channels has to
 * find it again.
 */
import type { Call } from "../call.js";
import { onConnection } from "../dispatcher/connections.js";
import type { Reported } from "../dispatcher/traced-handler.js";

/** The members of a dispatch that identify its request. */
interface Dispatched {
  readonly origin: string | URL;
  readonly path: string;
  readonly method: string;
}

/** The request that undici has begun to send. Its connection is reported in the same tick. */
let starting: SingleRequest | undefined;
let subscribed = false;

export class SingleRequest implements Reported {
  readonly call: Call;
  readonly #options: Dispatched;

  constructor(call: Call, options: Dispatched) {
    this.call = call;
    this.#options = options;
    if (!subscribed) subscribe();
  }

  start(): void {
    starting = this;
  }

  finish(): void {}

  /** A request that was given up as it started has no connection: the next report is another's. */
  is({ origin, path, method }: Dispatched): boolean {
    const options = this.#options;
    return path === options.path && method === options.method && origin === options.origin;
  }
}

function subscribe(): void {
  subscribed = true;
  onConnection((request, socket, version) => {
    const single = starting;
    if (single === undefined) return;
    starting = undefined;
    if (single.is(request)) single.call.connect(socket, version);
  });
}
