/**
 * kustomize, be it kubectl's or its own; fetched where there is neither.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { install } from "../mesh/parts/install.js";
import { onPath } from "../mesh/parts/step.js";
import type { Resource } from "./resource.js";

const run = promisify(execFile);

/** Renders a kustomization's folder to YAML; rejects with what kustomize says. */
export type Kustomize = (folder: string) => Promise<string>;

/**
 * The first that there is of kubectl, kustomize, and kustomize from the cache, which is filled when
 * it must be.
 */
export async function findKustomize(say: (line: string) => void): Promise<Kustomize> {
  const [program, ...args] = await command(say);
  say(`rendering with ${[program, ...args].join(" ")}`);
  return async (folder) => {
    try {
      return (await run(program, [...args, folder], { maxBuffer: 16 * 1024 * 1024 })).stdout;
    } catch (error) {
      throw new Error((error as { stderr?: string }).stderr?.trim() || String(error));
    }
  };
}

async function command(say: (line: string) => void): Promise<[string, ...string[]]> {
  if (onPath("kubectl")) return ["kubectl", "kustomize"];
  if (onPath("kustomize")) return ["kustomize", "build"];
  return [(await install(["kustomize"], say)).kustomize, "build"];
}

/** The objects of a rendered file, in its order. */
export function parseResources(rendered: string): Resource[] {
  return parseAllDocuments(rendered).map((document) => document.toJS() as Resource);
}
