/** Which side has closed a connection. */

/** What is read of a socket of Node. */
export interface ClosedSocket {
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
  readonly readableEnded?: boolean;
  /** The milliseconds of `setTimeout`; 0 or absent without one. */
  readonly timeout?: number;
}

/**
 * Returns whether this side closed the socket: the other side has neither ended nor reset it.
 * follow-redirects, which axios uses, and agents destroy a socket without a word to its request.
 */
export function isClosedHere(socket: ClosedSocket | null | undefined): socket is ClosedSocket {
  return socket?.destroyed === true && socket.errored === null && socket.readableEnded === false;
}
