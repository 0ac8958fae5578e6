import { isPlainData } from "./masked-value.js";

/**
 * Returns a deep copy of arrays and plain objects, frozen, so that the caller's later changes have
 * no effect. Instances, functions and objects with methods belong to the app, and stay as they are.
 */
export function frozenCopy<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozenCopy(item))) as Value;
  if (!isPlainData(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, frozenCopy(member)]);
  return Object.freeze(Object.fromEntries(members)) as Value;
}
