/**
 * Marks that connect a request, response or stream with its exchange. The app cannot see them.
 */
import { ExistingObject } from "@meshtrace/core/adapter";
import { type Emit, type ExchangeMarks, processWide } from "../process-wide.js";

class Marked extends ExistingObject {
  #exchange: unknown;
  #emit: Emit | undefined;

  constructor(carrier: object, exchange: unknown, emit: Emit | undefined) {
    super(carrier);
    this.#exchange = exchange;
    this.#emit = emit;
  }

  static readonly marks: ExchangeMarks = {
    exchangeOf: (carrier) => (isObject(carrier) && #exchange in carrier ? carrier.#exchange : undefined),
    emitOf: (carrier) => (#emit in carrier ? carrier.#emit : undefined),
    mark(carrier, exchange, emit) {
      if (#exchange in carrier) carrier.#exchange = exchange;
      else new Marked(carrier, exchange, emit);
    },
  };
}

/** A test of the app may call its handler with anything. */
function isObject(carrier: unknown): carrier is object {
  return (typeof carrier === "object" && carrier !== null) || typeof carrier === "function";
}

processWide.exchangeMarks ??= Marked.marks;
export const { exchangeOf, emitOf, mark } = processWide.exchangeMarks;
