import type { TestProject } from "vitest/node";
// @ts-expect-error a script without declarations
import { packLibraries } from "../scripts/pack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Paths of the packed libraries that a service installs. */
    readonly tarballs: readonly string[];
    /** Path of the packed test kit. */
    readonly testingTarball: string;
  }
}

/** Packs the built libraries once for every test of packages. */
export default async function setup(project: TestProject): Promise<void> {
  const tarballs: string[] = await packLibraries();
  const isTesting = (path: string): boolean => /testing-[^/]*\.tgz$/.test(path);
  project.provide(
    "tarballs",
    tarballs.filter((path) => !isTesting(path)),
  );
  project.provide("testingTarball", tarballs.find(isTesting) ?? "");
}
