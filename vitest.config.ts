import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const core = createRequire(import.meta.url)("./packages/core/package.json");
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * `MESHTRACE_TEST_API=1.9` runs the tests with that version of OpenTelemetry's API, except for
 * processes that they start.
 */
const api = process.env["MESHTRACE_TEST_API"] === "1.9" ? "api-1.9" : undefined;
const resolveInCore = createRequire(new URL("./packages/core/package.json", import.meta.url)).resolve;

/** The end of a test's file name says what the test needs and which command runs it. */
const SUFFIXES = {
  /** Needs proxies and backends. */
  mesh: ".mesh.test.ts",
  /** Needs kustomize and kubeconform. */
  manifests: ".manifests.test.ts",
  /** Installs the packed packages into empty folders. */
  packages: ".packages.test.ts",
};
const everywhere = (suffix: string): string[] => [`packages/*/**/*${suffix}`, `test/**/*${suffix}`];
const never = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  define: { PACKAGE_VERSION: JSON.stringify(core.version) },
  resolve: {
    // Tests run against the source, so that they need no build.
    alias: [
      ...(api === undefined ? [] : [{ find: /^@opentelemetry\/api$/, replacement: resolveInCore(api) }]),
      { find: /^@meshtrace\/core$/, replacement: source("./packages/core/src/index.ts") },
      { find: /^@meshtrace\/core\/(adapter|logs|messages|sdk)$/, replacement: source("./packages/core/src/$1.ts") },
      { find: /^@meshtrace\/testing$/, replacement: source("./packages/testing/src/index.ts") },
      { find: /^@meshtrace\/testing\/vitest$/, replacement: source("./packages/testing/src/vitest.ts") },
      { find: /^@meshtrace\/http-middleware$/, replacement: source("./packages/http-middleware/src/index.ts") },
    ],
  },
  test: {
    pool: "forks",
    // Vitest leaves one processor to itself, although it has little to do when all is transformed.
    maxWorkers: availableParallelism(),
    execArgv: api === undefined ? [] : ["--import", new URL("./test/use-api-1.9.mjs", import.meta.url).href],
    coverage: {
      provider: "v8",
      include: ["packages/{core,http-middleware}/src/**/*.ts"],
      reporter: ["text-summary"],
      // Zero-code instrumentation runs in child processes, which are not counted.
      thresholds: { statements: 91, branches: 88, functions: 90, lines: 92 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: everywhere(".test.ts"),
          exclude: [...never, ...Object.values(SUFFIXES).flatMap(everywhere)],
          // Many tests start processes, which takes long on a busy machine.
          testTimeout: 60_000,
        },
      },
      ...Object.entries(SUFFIXES).map(([name, suffix]) => ({
        extends: true as const,
        test: {
          name,
          include: everywhere(suffix),
          exclude: never,
          // The first run downloads proxies, backends and packages.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          ...(name === "packages" ? { globalSetup: source("./test/pack.ts"), maxConcurrency: 3 } : {}),
        },
      })),
    ],
  },
});
