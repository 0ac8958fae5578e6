const REDIRECTS = new Set<number | undefined>([301, 302, 303, 307, 308]);

/**
 * Returns whether clients follow a response with this status to its `location` (RFC 9110, section
 * 15.4).
 */
export function isRedirect(status: number | undefined): boolean {
  return REDIRECTS.has(status);
}
