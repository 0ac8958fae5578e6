import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Which tests a command runs is told by the file's name; where a file stands is told by what it tests. */
const SUFFIXES = {
  /** Real proxies and backends. */
  mesh: ".mesh.test.ts",
  /** kustomize and kubeconform. */
  manifests: ".manifests.test.ts",
  /** The packed packages, installed into empty folders. */
  packages: ".packages.test.ts",
};
const everywhere = (suffix: string): string[] => [`packages/*/**/*${suffix}`, `test/**/*${suffix}`];
const never = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  resolve: {
    // Tests run against the source, so that they need no build.
    alias: [
      { find: /^@meshtrace\/core$/, replacement: source("./packages/core/src/index.ts") },
      { find: /^@meshtrace\/core\/(adapter|sdk)$/, replacement: source("./packages/core/src/$1.ts") },
      { find: /^@meshtrace\/http-middleware$/, replacement: source("./packages/http-middleware/src/index.ts") },
    ],
  },
  test: {
    pool: "forks",
    coverage: {
      provider: "v8",
      include: ["packages/{core,http-middleware}/src/**/*.ts"],
      reporter: ["text-summary"],
      thresholds: { statements: 93, branches: 88, functions: 91, lines: 94 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: everywhere(".test.ts"),
          exclude: [...never, ...Object.values(SUFFIXES).flatMap(everywhere)],
          // Many start processes; a busy machine must not fail them.
          testTimeout: 60_000,
        },
      },
      ...Object.entries(SUFFIXES).map(([name, suffix]) => ({
        extends: true as const,
        test: {
          name,
          include: everywhere(suffix),
          exclude: never,
          // The first run fills caches: proxies, backends, packages.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          ...(name === "packages" ? { globalSetup: source("./test/pack.ts"), maxConcurrency: 3 } : {}),
        },
      })),
    ],
  },
});
