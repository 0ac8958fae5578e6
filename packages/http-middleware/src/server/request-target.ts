/**
 * The target of a request line.
 *
 * Spec: RFC 9112, section 3.2
 */

// Section 3.2.2: scheme and authority of an absolute-form. User info may be part of the authority.
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** Returns the path of a request target, without origin and query. */
export function pathOf(target: string): string {
  const local = withoutOrigin(target);
  const query = local.indexOf("?");
  const path = query < 0 ? local : local.slice(0, query);
  return path === "" ? "/" : path;
}

/**
 * Returns the query of a request target without the question mark, or `undefined` where there is
 * none.
 */
export function queryOf(target: string): string | undefined {
  const query = target.indexOf("?");
  return query < 0 ? undefined : target.slice(query + 1);
}

function withoutOrigin(target: string): string {
  return target.startsWith("/") ? target : target.replace(ORIGIN, "");
}
