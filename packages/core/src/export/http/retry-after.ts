/**
 * `Retry-After` in milliseconds from `now`, never negative; `undefined` for an absent or malformed
 * one.
 *
 *     Retry-After = HTTP-date / delay-seconds          (RFC 9110, section 10.2.3)
 */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(milliseconds) ? Math.max(milliseconds, 0) : undefined;
}
