/**
 * The request that a mesh sends to an app, with the headers that real Envoys sent.
 */
import { RECORDED_HEADERS } from "./recorded-headers.js";
import { hex } from "./sequential-ids.js";

/** A mesh in which headers were recorded. */
export type MeshLayout = keyof typeof RECORDED_HEADERS;

/**
 * The layouts of `meshRequest`.
 *
 * @example
 * test.each(MESH_LAYOUTS)("a request of layout %s is traced", async (layout) => {
 *   await fetch(url, meshRequest({ layout }));
 * });
 */
export const MESH_LAYOUTS = Object.keys(RECORDED_HEADERS) as readonly MeshLayout[];

/** Options of `meshRequest`. */
export interface MeshRequestOptions {
  /**
   * The mesh.
   *
   * @default "sidecar"
   */
  readonly layout?: MeshLayout;
  /**
   * Whether the mesh samples the trace.
   *
   * @default true
   */
  readonly sampled?: boolean;
  /** Further headers, which override the mesh's. Names in any case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request of a mesh. `fetch(url, request)` sends it. */
export interface MeshRequest {
  /** The headers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The trace. */
  readonly traceId: string;
  /** Span of the proxy that sends the request. A SERVER span of the app shares it. */
  readonly spanId: string;
  /** Value of `x-request-id`. */
  readonly requestId: string;
  /** Whether the mesh samples the trace. */
  readonly sampled: boolean;
  /** The mesh. */
  readonly layout: MeshLayout;
}

let requests = 0;
const sent: MeshRequest[] = [];

/** Returns the requests that were made since `forgetRequests`. */
export const sentRequests = (): readonly MeshRequest[] => sent;

export function forgetRequests(): void {
  sent.length = 0;
}

/**
 * Returns the request that a mesh of the layout sends to an app, with IDs that no other request of
 * this process has. Can be passed to `fetch` as its options.
 *
 * @throws TypeError for a layout that is not known.
 * @example
 * const request = meshRequest({ layout: "waypoint", sampled: true });
 * await fetch("http://127.0.0.1:8080/users/7", request);
 */
export function meshRequest({
  layout = "sidecar",
  sampled = true,
  headers: further = {},
}: MeshRequestOptions = {}): MeshRequest {
  if (!Object.hasOwn(RECORDED_HEADERS, layout)) {
    throw new TypeError(`layout is one of ${MESH_LAYOUTS.join(", ")}, not ${String(layout)}`);
  }
  requests += 1;
  const recorded: Record<string, string> = RECORDED_HEADERS[layout][sampled ? "sampled" : "unsampled"];
  const ids = new Map<string, string>();
  const headers = Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name, renumber(value, ids)]));
  for (const [name, value] of Object.entries(further)) headers[name.toLowerCase()] = value;
  const [, parentTrace = "", parentSpan = ""] = headers["traceparent"]?.split("-") ?? [];
  const request: MeshRequest = {
    headers,
    traceId: headers["x-b3-traceid"] ?? parentTrace,
    spanId: headers["x-b3-spanid"] ?? parentSpan,
    requestId: headers["x-request-id"] ?? "",
    sampled,
    layout,
  };
  sent.push(request);
  return request;
}

/**
 * Replaces each ID by one of this request. The halves of a trace ID are replaced separately,
 * because Envoy makes a root's span ID from the lower half.
 */
function renumber(value: string, ids: Map<string, string>): string {
  return value
    .replace(/(?<![0-9a-f-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, (uuid) => uuid.slice(0, -8) + hex(requests, 8))
    .replace(/(?<![0-9a-f])([0-9a-f]{16}){1,2}(?![0-9a-f])/g, (id) =>
      id.replace(/.{16}/g, (half) => {
        const known = ids.get(half) ?? `e${hex(requests, 7)}${hex(ids.size + 1, 8)}`;
        ids.set(half, known);
        return known;
      }),
    );
}
