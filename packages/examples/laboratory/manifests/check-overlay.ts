/**
 * Everything that is checked of one overlay, in one call.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { dataPlane } from "./checks/data-plane.js";
import { effect } from "./checks/effect.js";
import { hardening } from "./checks/hardening.js";
import { kubernetes } from "./checks/kubernetes.js";
import { type MeshConfig, meshConfigProblems, operatorProblems, providerNames } from "./checks/mesh-config.js";
import { routing } from "./checks/routing.js";
import { telemetry } from "./checks/telemetry.js";
import { workload } from "./checks/workload.js";
import { findKubeconform } from "./kubeconform.js";
import { findKustomize, parseResources } from "./kustomize.js";
import type { Check, Rendered, Resource } from "./resource.js";

/** The overlays, and how each puts proxies around the service. */
export const OVERLAYS: Readonly<Record<string, Rendered["dataPlane"]>> = {
  sidecar: "sidecar",
  ambient: "ambient",
  "classic-gateway": "sidecar",
  chain: "sidecar",
  otel: "sidecar",
};

const CHECKS: readonly Check[] = [kubernetes, workload, hardening, telemetry, routing, dataPlane];

export interface OverlayReport {
  readonly resources: readonly Resource[];
  /** Sentences; empty when a cluster would take the overlay, and trace it. */
  readonly problems: readonly string[];
}

/** Checks of the overlay of that name in `tree`, a folder laid out as `k8s/` is. */
export interface OverlayChecks {
  /** What it renders to: by kubeconform, and by the checks here of what kubeconform cannot see. */
  rendered(tree: string, overlay: string): Promise<OverlayReport>;
  /**
   * Whether each entry of its kustomizations has an effect; the sentences of those that have none.
   */
  entries(tree: string, overlay: string): Promise<string[]>;
}

/** Finds or fetches the programs. Rejects with one sentence when one cannot be had. */
export async function overlayChecks(say: (line: string) => void): Promise<OverlayChecks> {
  const kustomize = await findKustomize(say);
  const kubeconform = await findKubeconform(say);
  return {
    entries: (tree, overlay) => effect(tree, overlay, kustomize),
    async rendered(tree, overlay) {
      let text: string;
      try {
        text = await kustomize(join(tree, "overlays", overlay));
      } catch (error) {
        return { resources: [], problems: [`kustomize: ${(error as Error).message}`] };
      }
      const resources = parseResources(text);
      const { config, problems } = readMeshConfig(tree, resources);
      const providers = providerNames(config);
      const rendered: Rendered = { dataPlane: OVERLAYS[overlay] ?? "sidecar", resources, providers };
      return {
        resources,
        problems: [
          ...(await kubeconform(text)).map((finding) => `kubeconform: ${finding}`),
          ...problems,
          ...CHECKS.flatMap((check) => check(rendered)),
        ],
      };
    },
  };
}

/** The mesh configuration as istioctl gets it, and as Helm does: it must be one. */
function readMeshConfig(tree: string, resources: readonly Resource[]) {
  const read = (file: string): unknown => parse(readFileSync(join(tree, file), "utf8"));
  const operator = read("mesh-config.yaml") as Resource;
  const { meshConfig: config = {} } = operator.spec as { meshConfig?: MeshConfig };
  const helm = read("helm-values.yaml") as { meshConfig?: MeshConfig };
  const same = isDeepStrictEqual(helm, { meshConfig: config });
  return {
    config,
    problems: [
      ...operatorProblems(operator),
      ...meshConfigProblems(config, resources),
      ...(same ? [] : ["helm-values.yaml says something else than mesh-config.yaml."]),
    ],
  };
}
