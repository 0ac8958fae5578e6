/**
 * Returns a member of any value; `undefined` when its getter throws, or when the value can have no
 * members. Callers in JavaScript pass anything, and an error of theirs must not reach them through
 * a span.
 */
export function memberOf(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
