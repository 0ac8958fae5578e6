/**
 * Several propagators as one.
 */
import { type Context, diag, type TextMapGetter, type TextMapPropagator, type TextMapSetter } from "@opentelemetry/api";
import { errorLine } from "../text/error-line.js";

/**
 * Runs propagators in their order. A propagator that throws is skipped, and the error is logged.
 */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];

  constructor(propagators: readonly TextMapPropagator[]) {
    this.#propagators = propagators;
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let extracted = context;
    for (const propagator of this.#propagators) {
      try {
        extracted = propagator.extract(extracted, carrier, getter);
      } catch (error) {
        diag.warn(`meshtrace: a propagator failed to extract: ${errorLine(error)}`);
      }
    }
    return extracted;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const propagator of this.#propagators) {
      try {
        propagator.inject(context, carrier, setter);
      } catch (error) {
        diag.warn(`meshtrace: a propagator failed to inject: ${errorLine(error)}`);
      }
    }
  }

  /** Returns the headers of all propagators, each name once. */
  fields(): string[] {
    return [...new Set(this.#propagators.flatMap((propagator) => propagator.fields()))];
  }
}
