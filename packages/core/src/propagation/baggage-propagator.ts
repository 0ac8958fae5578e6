/**
 * W3C Baggage between a carrier and a context, as OpenTelemetry's `W3CBaggagePropagator` does it.
 */
import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from "@opentelemetry/api";
import { type BaggageMember, formatBaggage, parseBaggage } from "../headers/baggage.js";
import { textsOf } from "../headers/header-value.js";
import { BAGGAGE } from "../headers/names.js";
import { getterFor, setterFor } from "./carriers.js";
import { headerReader } from "./header-reader.js";
import { isTracingSuppressed } from "./suppress-tracing.js";

/**
 * Extracts and injects `baggage`. Malformed members are left out; a suppressed context sends none.
 */
export class BaggagePropagator implements TextMapPropagator {
  extract(context: Context, carrier: unknown, getter: TextMapGetter = defaultTextMapGetter): Context {
    if (carrier === null || carrier === undefined) return context;
    const read = headerReader(carrier, getterFor(carrier, getter), isBaggage, () => {});
    const members = parseBaggage(textsOf(read(BAGGAGE)));
    if (members.length === 0) return context;
    const entries = members.map(({ key, value, metadata }): [string, BaggageEntry] => [
      key,
      metadata === undefined ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
    ]);
    return propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter = defaultTextMapSetter): void {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined || carrier === null || carrier === undefined || isTracingSuppressed(context)) return;
    const members = baggage
      .getAllEntries()
      .map(
        ([key, { value, metadata }]): BaggageMember =>
          metadata === undefined ? { key, value } : { key, value, metadata: metadata.toString() },
      );
    const value = formatBaggage(members);
    if (value !== undefined) setterFor(carrier, setter).set(carrier, BAGGAGE, value);
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}

function isBaggage(name: string): boolean {
  return name.toLowerCase() === BAGGAGE;
}
