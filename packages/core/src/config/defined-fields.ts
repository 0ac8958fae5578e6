/**
 * Returns `fields` without those that are `undefined`, `null` or empty text, so that they override
 * nothing when spread.
 */
export function definedFields<Fields extends object>(fields: Fields): Fields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return Object.fromEntries(entries) as Fields;
}
