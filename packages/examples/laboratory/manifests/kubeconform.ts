/**
 * kubeconform -strict over rendered manifests, with the schemas of Kubernetes, Istio and the
 * Gateway API.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { install } from "../mesh/parts/install.js";
import { SCHEMA_FILES } from "../mesh/parts/manifest-schemas.js";

/** What is wrong with a rendered file, each finding a sentence; none when all is well. */
export type Kubeconform = (rendered: string) => Promise<string[]>;

interface Finding {
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly msg: string;
}

/** Fetches the program and the schemas where they are missing. */
export async function findKubeconform(say: (line: string) => void): Promise<Kubeconform> {
  const { kubeconform, schemas } = await install(["kubeconform", "schemas"], say);
  const args = ["-strict", "-verbose", "-output", "json", "-schema-location", `${schemas}/${SCHEMA_FILES}`];
  return async (rendered) => {
    const child = spawn(kubeconform, args, { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.on("error", () => {}).end(rendered);
    const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
    const { resources } = JSON.parse(output) as { resources: readonly Finding[] };
    // Nothing to check is no error to kubeconform.
    if (resources.length === 0) return ["there is nothing to check."];
    return resources
      .filter(({ status }) => status !== "statusValid")
      .map(({ kind, name, status, msg }) => `${kind} ${name}: ${msg || status}`);
  };
}
