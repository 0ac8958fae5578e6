/**
 * State that the ESM and the CommonJS build share in one process. The build that is loaded first
 * creates each member.
 */

export type Emit = (this: object, event: string, ...args: unknown[]) => unknown;

/** Marks that connect a request, response or stream with its exchange. The app cannot see them. */
export interface ExchangeMarks {
  /** Returns the exchange of `carrier`, or `undefined`. */
  exchangeOf(carrier: object): unknown;
  /** Returns the `emit` that `carrier` had before it was marked, or `undefined`. */
  emitOf(carrier: object): Emit | undefined;
  mark(carrier: object, exchange: unknown, emit?: Emit): void;
}

export interface ProcessWide {
  exchangeMarks?: ExchangeMarks;
  /** The `emit` that requests and responses of node:http inherit. */
  emitOfNode?: Emit;
  /** Called with Hono's class by the code that zero-code instrumentation adds to its ES module. */
  honoLoaded?: (Base: never) => unknown;
}

const STATE: unique symbol = Symbol.for("meshtrace.http-middleware.v1") as never;
const registry = globalThis as { [STATE]?: ProcessWide };

registry[STATE] ??= {};
export const processWide: ProcessWide = registry[STATE];
