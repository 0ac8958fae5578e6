/**
 * A layout: the hops that a request passes, in order, and the tracing provider that their proxies
 * speak.
 *
 *     hop = "gateway" | "gateway-before-1.28" | "waypoint"
 *         | ("inbound" | "outbound" | "app") SP workload
 *
 * `inbound` and `outbound` are the two listeners of a workload's sidecar.
 */
import type { ProxyKind } from "./envoy/hop.js";
import { PROVIDERS, type ProviderName } from "./envoy/provider.js";
import { MeshFailure } from "./failure.js";

export interface Layout {
  readonly name: string;
  readonly provider: ProviderName;
  readonly hops: readonly string[];
}

export interface ProxyHop {
  readonly kind: ProxyKind;
  readonly workload: string;
  /** `false` where the gateway is one that makes no CLIENT span. */
  readonly upstreamSpan?: false;
}

interface AppHop {
  readonly kind: "app";
  readonly workload: string;
}

export type Hop = ProxyHop | AppHop;

/** Two services behind a gateway, each with its sidecar. */
export const CHAIN: Layout = {
  name: "chain",
  provider: "zipkin",
  hops: ["gateway", "inbound hello-world", "app hello-world", "outbound hello-world", "inbound time", "app time"],
};

const NAMESPACE = "hello";
const ALONE: Readonly<Record<string, ProxyHop>> = {
  gateway: { kind: "gateway", workload: "hello-gateway-istio" },
  "gateway-before-1.28": { kind: "gateway", workload: "hello-gateway-istio", upstreamSpan: false },
  waypoint: { kind: "waypoint", workload: "waypoint" },
};
const OF_WORKLOAD: Readonly<Record<string, "sidecarInbound" | "sidecarOutbound" | "app">> = {
  inbound: "sidecarInbound",
  outbound: "sidecarOutbound",
  app: "app",
};

/** The service name that a workload's proxy, its app and Kiali use. */
export function serviceName({ workload }: Pick<Hop, "workload">): string {
  return `${workload}.${NAMESPACE}`;
}

/** The variables that the Downward API gives to a pod of the workload. */
export function podEnvironment({ workload }: Pick<Hop, "workload">): Readonly<Record<string, string>> {
  return { APP_NAME: workload, POD_NAMESPACE: NAMESPACE };
}

/** What a proxy before `next` names its span after, as Istio's route decorators have it. */
export function operationOf({ workload }: Pick<Hop, "workload">): string {
  return `${workload}.${NAMESPACE}.svc.cluster.local:80/*`;
}

/** The hops of a layout. Throws `MeshFailure` for one that cannot be built. */
export function hopsOf(layout: Layout): readonly Hop[] {
  const hops = layout.hops.map((text): Hop => {
    const [word = "", workload, ...more] = String(text).split(" ");
    const alone = Object.hasOwn(ALONE, word) ? ALONE[word] : undefined;
    if (alone !== undefined && workload === undefined) return alone;
    const kind = Object.hasOwn(OF_WORKLOAD, word) ? OF_WORKLOAD[word] : undefined;
    if (kind !== undefined && workload && more.length === 0) return { kind, workload };
    throw new MeshFailure(
      `layout ${layout.name}: unknown hop "${text}"; one of ${Object.keys(ALONE).join(", ")}, ` +
        `${Object.keys(OF_WORKLOAD).join(", ")} (these with a workload: "inbound hello-world")`,
    );
  });
  if (hops.length === 0) throw new MeshFailure(`layout ${layout.name}: it has no hops`);
  if (hops.at(-1)?.kind !== "app") throw new MeshFailure(`layout ${layout.name}: its last hop must be an app`);
  for (const [index, hop] of hops.entries()) {
    const same = hops.findIndex((one) => one.kind === hop.kind && one.workload === hop.workload);
    if (same !== index) throw new MeshFailure(`layout ${layout.name}: hop "${layout.hops[index]}" occurs twice`);
  }
  return hops;
}

/** A layout from what a file says. Throws `MeshFailure` that says what is wrong with it. */
export function parseLayout(text: string, name: string): Layout {
  let read: { hops?: unknown; provider?: unknown };
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new MeshFailure(`layout ${name}: ${(error as Error).message}`);
  }
  const { hops, provider = "zipkin" } = read ?? {};
  if (!Array.isArray(hops)) throw new MeshFailure(`layout ${name}: "hops" must be a list of hops`);
  if (typeof provider !== "string" || !Object.hasOwn(PROVIDERS, provider)) {
    throw new MeshFailure(
      `layout ${name}: unknown provider "${provider}"; one of ${Object.keys(PROVIDERS).join(", ")}`,
    );
  }
  const layout: Layout = { name, hops, provider: provider as ProviderName };
  hopsOf(layout);
  return layout;
}
