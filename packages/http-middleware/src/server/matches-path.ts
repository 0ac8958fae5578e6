/**
 * Returns whether one of the patterns matches a path: the same text, or what precedes `*` at its
 * end. `/internal/*` does not match `/internal`.
 */
export function matchesPath(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
}
