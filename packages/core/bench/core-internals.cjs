// Modules of core that no package entry exports, bundled from their sources as the package is.
const { Module } = require("node:module");
const { join } = require("node:path");
const { buildSync } = require("esbuild");

const contents = `
  export { BatchProcessor } from "./export/queue/batch-processor.js";
  export { DeliveryReport } from "./export/report/span-report.js";
  export { JaegerExporter } from "./export/jaeger/jaeger-exporter.js";
  export { ZipkinExporter } from "./export/zipkin/zipkin-exporter.js";
  export { localSampler, MeshSampler } from "./sampling/mesh-sampler.js";
  export { TracerProvider } from "./tracer/tracer-provider.js";
`;
const { outputFiles } = buildSync({
  stdin: { contents, resolveDir: join(__dirname, "../src"), loader: "ts" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  packages: "external",
  write: false,
});

const internals = new Module(__filename, module);
internals.paths = module.paths;
internals._compile(outputFiles[0].text, join(__dirname, "core-internals.bundle.cjs"));
module.exports = internals.exports;
