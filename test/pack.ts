import type { TestProject } from "vitest/node";
// @ts-expect-error a script without declarations
import { packLibraries } from "../scripts/pack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Paths of the packed libraries. */
    readonly tarballs: readonly string[];
  }
}

/** Packs the built libraries once for every test of packages. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide("tarballs", await packLibraries());
}
