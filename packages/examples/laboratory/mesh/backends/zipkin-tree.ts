/**
 * The tree that Zipkin's page draws. Its API gives spans as they were sent; two halves of a shared
 * span have one ID there, and the page tells them apart by rules of its own, which are these.
 *
 * Spec: https://github.com/openzipkin/zipkin/blob/master/zipkin-lens/src/zipkin/span-node.js
 */
import type { StoredSpan } from "./backend.js";

interface Endpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

/** A span as Zipkin's JSON of version 2 has it, as far as it is read here. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly shared?: boolean;
  readonly localEndpoint?: Endpoint;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One place in the tree: a span, or several that the page takes for parts of one. */
interface Place {
  readonly parts: readonly ZipkinSpan[];
  readonly shared: boolean;
}

/** The spans as they were sent. */
export function storedByZipkin(spans: readonly ZipkinSpan[]): StoredSpan[] {
  return spans.map((span) => stored([span], span.id, span.parentId, []));
}

/** The spans as the page draws them: those with one ID have IDs of their own here. */
export function drawnByZipkin(spans: readonly ZipkinSpan[]): StoredSpan[] {
  const places = merge(spans);
  const keys = new Set(places.map(keyOf));
  return places.map((place) => {
    const parent = parentOf(place, keys);
    const lost = parent !== undefined && !keys.has(parent);
    return stored(place.parts, keyOf(place), parent, lost ? [`parent ${parent} is missing`] : []);
  });
}

/**
 * Spans of one ID are parts of one when they agree on being shared and do not differ in service or
 * address.
 */
function merge(spans: readonly ZipkinSpan[]): readonly Place[] {
  const places: { parts: ZipkinSpan[]; shared: boolean }[] = [];
  for (const span of spans) {
    const shared = isShared(span, spans);
    const same = places.find(
      (place) =>
        place.shared === shared && place.parts[0]?.id === span.id && place.parts.every((one) => agree(one, span)),
    );
    if (same === undefined) places.push({ parts: [span], shared });
    else same.parts.push(span);
  }
  const roots = places.filter(({ parts }) => parts.every(({ parentId }) => parentId === undefined));
  const [root, ...more] = roots;
  // A root that says it is shared has no other half.
  if (root !== undefined && more.length === 0) root.shared = false;
  return places;
}

/**
 * Whether it is the SERVER half. A forgotten mark is made up for where a CLIENT of another service
 * has the ID.
 */
function isShared(span: ZipkinSpan, spans: readonly ZipkinSpan[]): boolean {
  if (span.kind === "CLIENT") return false;
  if (span.shared === true) return true;
  return (
    span.kind === "SERVER" && spans.some((one) => one.id === span.id && one.kind === "CLIENT" && !agree(one, span))
  );
}

function agree({ localEndpoint: one = {} }: ZipkinSpan, { localEndpoint: other = {} }: ZipkinSpan): boolean {
  const members = ["serviceName", "ipv4", "ipv6", "port"] as const;
  return members.every((name) => one[name] === undefined || other[name] === undefined || one[name] === other[name]);
}

function keyOf({ parts, shared }: Place): string {
  const { id = "", localEndpoint } = parts[0] ?? {};
  return shared ? sharedKey(id, localEndpoint) : id;
}

function sharedKey(id: string, endpoint: Endpoint | undefined): string {
  return `${id} shared by ${JSON.stringify(endpoint)}`;
}

/**
 * Under the other half of a shared span; else under the half that its own process has of the
 * parent, if it has one.
 */
function parentOf({ parts, shared }: Place, keys: ReadonlySet<string>): string | undefined {
  const parentId = parts.find((one) => one.parentId !== undefined)?.parentId;
  if (shared) return parts[0]?.id;
  if (parentId === undefined) return undefined;
  const near = sharedKey(parentId, parts[0]?.localEndpoint);
  return keys.has(near) ? near : parentId;
}

function stored(
  parts: readonly ZipkinSpan[],
  id: string,
  parentId: string | undefined,
  warnings: readonly string[],
): StoredSpan {
  const { localEndpoint, kind = "internal", name = "" } = parts[0] as ZipkinSpan;
  const reporters = parts.map(({ tags }) => (tags?.["component"] === "proxy" ? "proxy" : "app"));
  return {
    id,
    ...(parentId === undefined ? {} : { parentId }),
    service: localEndpoint?.serviceName ?? "",
    kind: kind.toLowerCase(),
    name,
    reporter: [...new Set(reporters)].sort().reverse().join("+"),
    tag: (key) => parts.find(({ tags }) => tags?.[key] !== undefined)?.tags?.[key],
    warnings,
  };
}
