import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run against the source, so that they need no build.
    alias: {
      "@meshtrace/core": source("./packages/core/src/index.ts"),
      "@meshtrace/http-middleware": source("./packages/http-middleware/src/index.ts"),
    },
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 20_000,
    coverage: { provider: "v8", include: ["packages/{core,http-middleware}/src/**/*.ts"], reporter: ["text-summary"] },
  },
});
