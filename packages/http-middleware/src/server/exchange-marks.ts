/**
 * Marks that connect a request, response or stream with its exchange. The app cannot see them.
 */
import { ExistingObject } from "@meshtrace/core/adapter";
import { type Emit, type ExchangeMarks, processWide } from "../process-wide.js";

/** The `emit` that an object had of its own. Most objects inherit theirs. */
class OriginalEmit extends ExistingObject {
  #emit: Emit;

  constructor(carrier: object, emit: Emit) {
    super(carrier);
    this.#emit = emit;
  }

  static of(carrier: object): Emit | undefined {
    return #emit in carrier ? carrier.#emit : undefined;
  }
}

class Marked extends ExistingObject {
  #exchange: unknown;

  constructor(carrier: object, exchange: unknown) {
    super(carrier);
    this.#exchange = exchange;
  }

  static readonly marks: ExchangeMarks = {
    exchangeOf: (carrier) => (isObject(carrier) && #exchange in carrier ? carrier.#exchange : undefined),
    emitOf: OriginalEmit.of,
    mark(carrier, exchange, emit) {
      if (#exchange in carrier) carrier.#exchange = exchange;
      else new Marked(carrier, exchange);
      if (emit !== undefined && OriginalEmit.of(carrier) === undefined) new OriginalEmit(carrier, emit);
    },
  };
}

/** A test of the app may call its handler with anything. */
function isObject(carrier: unknown): carrier is object {
  return (typeof carrier === "object" && carrier !== null) || typeof carrier === "function";
}

processWide.exchangeMarks ??= Marked.marks;
export const { exchangeOf, emitOf, mark } = processWide.exchangeMarks;
