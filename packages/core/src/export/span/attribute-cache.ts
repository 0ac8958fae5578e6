import { flattened } from "./byte-text.js";

/**
 * What an encoder keeps of each attribute key: its encoded text, and the encoded attribute of the
 * last value. Keys come from conventions, and most values repeat from span to span.
 */
export interface CachedKey {
  readonly key: string;
  /** The encoded key. */
  readonly text: string;
  /** Bits that the encoder gave to this key. */
  readonly role: number;
  lastValue: unknown;
  lastText: string;
  /** Whether `lastText` was used again, and is in one piece since. */
  isFlat: boolean;
}

const MAX_KEYS = 1000;
const MAX_LENGTH = 256;
const MAX_PLACES = 32;
/** Equal to no attribute's value. */
const NO_VALUE = {};

export class AttributeCache {
  readonly #encodeKey: (key: string) => string;
  readonly #roles: Map<string, number>;
  readonly #keys = new Map<string, CachedKey>();
  /** By index, the last key of a span: spans of one kind have the same keys in the same order. */
  readonly #last: CachedKey[] = [];

  /** `roles` are bits by key; keys without a role have 0. */
  constructor(encodeKey: (key: string) => string, roles: Iterable<readonly [string, number]>) {
    this.#encodeKey = encodeKey;
    this.#roles = new Map(roles);
  }

  get(key: string): CachedKey {
    return this.#keys.get(key) ?? this.#add(key);
  }

  /** The same for the key at `index` of a span. */
  at(key: string, index: number): CachedKey {
    const last = this.#last[index];
    if (last !== undefined && last.key === key) return last;
    const cached = this.get(key);
    if (index < MAX_PLACES && key.length <= MAX_LENGTH) this.#last[index] = cached;
    return cached;
  }

  /** Gives `key` more bits. */
  addRole(key: string, role: number): void {
    this.#roles.set(key, (this.#roles.get(key) ?? 0) | role);
    this.#keys.delete(key);
    this.#last.length = 0;
  }

  /** Keeps the encoded attribute. Only what cannot change, and is not long, is kept. */
  keep(cached: CachedKey, value: unknown, text: string): void {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return;
    if (text.length > MAX_LENGTH) return;
    cached.lastValue = value;
    cached.lastText = text;
    cached.isFlat = false;
  }

  /** Returns the encoded attribute of the last value. */
  lastText(cached: CachedKey): string {
    if (!cached.isFlat) {
      cached.lastText = flattened(cached.lastText);
      cached.isFlat = true;
    }
    return cached.lastText;
  }

  #add(key: string): CachedKey {
    const role = this.#roles.get(key) ?? 0;
    const text = flattened(this.#encodeKey(key));
    const cached: CachedKey = { key, text, role, lastValue: NO_VALUE, lastText: "", isFlat: true };
    if (key.length > MAX_LENGTH) return cached;
    // An application that makes keys from data must not fill the memory.
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    this.#keys.set(key, cached);
    return cached;
  }
}
