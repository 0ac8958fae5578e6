import { build } from "esbuild";

await build({
  entryPoints: ["server.js"],
  outfile: "bundle/server.mjs",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
});
