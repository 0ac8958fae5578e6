/**
 * The attributes of one span as two lists. A span has about ten: a scan of the keys is faster than
 * a map, and no object is made unless a processor or a foreign exporter reads `attributes`. From
 * then on that object holds the attributes, because processors change it.
 */
import type { Attributes } from "@opentelemetry/api";
import { cleanValue, INVALID, setOwn, warnInvalid } from "./attributes.js";
import type { ResolvedLimits } from "./limits.js";

/** From this many keys on, a map finds them. */
const MAX_SCANNED = 32;

export class AttributeList {
  keys: string[] = [];
  values: unknown[] = [];
  /** Attributes that were left out because of the count limit or, at the start, of their type. */
  dropped = 0;
  object: Record<string, unknown> | undefined;
  private indexes: Map<string, number> | undefined;

  /**
   * Sets one attribute within the limits. `undefined` changes nothing; an invalid value or an empty
   * key is logged once.
   */
  set(key: string, value: unknown, limits: ResolvedLimits): void {
    if (value === undefined) return;
    if (key === "") {
      warnInvalid(key);
      return;
    }
    if (this.object !== undefined) {
      this.setInObject(this.object, key, value, limits);
      return;
    }
    const index = this.indexOf(key);
    if (index < 0 && this.keys.length >= limits.attributeCountLimit) {
      this.dropped += 1;
      return;
    }
    const copy = cleanValue(value, limits.attributeValueLengthLimit);
    if (copy === INVALID) warnInvalid(key);
    else if (index >= 0) this.values[index] = copy;
    else this.append(key, copy);
  }

  /** Returns the attributes as an object, which holds them from now on. */
  asObject(): Attributes {
    if (this.object === undefined) {
      const object: Record<string, unknown> = {};
      for (let index = 0; index < this.keys.length; index += 1) {
        setOwn(object, this.keys[index] as string, this.values[index]);
      }
      this.object = object;
      this.indexes = undefined;
    }
    return this.object as Attributes;
  }

  /** Brings the lists up to date with the object, if there is one. */
  refresh(): void {
    const { object } = this;
    if (object === undefined) return;
    this.keys = Object.keys(object);
    this.values = this.keys.map((key) => object[key]);
  }

  private append(key: string, value: unknown): void {
    this.indexes?.set(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
  }

  private indexOf(key: string): number {
    const { keys } = this;
    if (keys.length <= MAX_SCANNED) {
      for (let index = 0; index < keys.length; index += 1) if (keys[index] === key) return index;
      return -1;
    }
    this.indexes ??= new Map(keys.map((one, index) => [one, index]));
    return this.indexes.get(key) ?? -1;
  }

  private setInObject(object: Record<string, unknown>, key: string, value: unknown, limits: ResolvedLimits): void {
    if (!Object.hasOwn(object, key) && Object.keys(object).length >= limits.attributeCountLimit) {
      this.dropped += 1;
      return;
    }
    const copy = cleanValue(value, limits.attributeValueLengthLimit);
    if (copy === INVALID) warnInvalid(key);
    else setOwn(object, key, copy);
  }
}
