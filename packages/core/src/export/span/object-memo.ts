/**
 * Values made once for each object. The last object is compared first: neighbouring spans have the
 * same scope and resource.
 */
export class ObjectMemo<Key extends object, Value> {
  readonly #make: (key: Key) => Value;
  readonly #known = new WeakMap<Key, Value>();
  #lastKey: Key | undefined;
  #lastValue: Value | undefined;

  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  of(key: Key): Value {
    if (key === this.#lastKey) return this.#lastValue as Value;
    // A foreign span may have anything here.
    if (typeof key !== "object") return this.#make(key);
    let value = this.#known.get(key);
    if (value === undefined) {
      value = this.#make(key);
      this.#known.set(key, value);
    }
    this.#lastKey = key;
    this.#lastValue = value;
    return value;
  }
}
