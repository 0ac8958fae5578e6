import { build } from "esbuild";

await build({
  entryPoints: ["server.js"],
  outfile: "bundle/server.mjs",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // OpenTelemetry's packages are CommonJS, and require Node's modules: esbuild gives an ESM bundle no require of its own.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
