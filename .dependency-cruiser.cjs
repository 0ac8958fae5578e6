/**
 * The dependency rules between packages, and between the folders of each.
 * `scripts/source-rules.mjs` has the others.
 */
const core = "^packages/core/src/";
const middleware = "^packages/http-middleware/src/";
const rule = (name, from, to) => ({ name, severity: "error", from, to });

/**
 * Core's folders from the top down. A folder imports from its own row and from the rows below it.
 */
const LAYERS = [
  ["index.ts", "adapter.ts", "logs.ts", "logs/", "messages.ts", "messages/"],
  ["init.ts"],
  ["runtime/"],
  ["export/", "config/", "sdk.ts", "sdk/"],
  ["tracer/"],
  ["sampling/"],
  ["propagation/"],
  ["headers/", "text/", "process-wide.ts", "node-modules.ts", "limited-request.ts", "existing-object.ts"],
];
const pathsOf = (layers) => `${core}(${layers.flat().join("|").replaceAll(".", "\\.")})`;
const downwards = LAYERS.slice(1).map((layer, index) =>
  rule(
    `core-${layer[0].replace(/\W.*/, "")}-imports-downwards`,
    { path: pathsOf([layer]) },
    {
      path: pathsOf(LAYERS.slice(0, index + 1)),
    },
  ),
);

module.exports = {
  forbidden: [
    rule("no-cycles", {}, { circular: true }),
    rule("core-imports-no-other-package", { path: core }, { path: "^packages/(http-middleware|examples)/" }),
    rule("middleware-imports-core-by-name", { path: middleware }, { path: "^packages/(core/src|examples)/" }),
    rule(
      "servers-do-not-import-clients",
      { path: `${middleware}server/` },
      { path: `${middleware}(client|grpc|register)/` },
    ),
    rule(
      "clients-do-not-import-servers",
      { path: `${middleware}client/` },
      { path: `${middleware}(server|grpc|register)/` },
    ),
    // client/dispatcher/ has the parts that undici and fetch share.
    rule(
      "clients-do-not-import-each-other",
      { path: `${middleware}client/(fetch|http|undici|dispatcher)/` },
      { path: `${middleware}client/(fetch|http|undici)/`, pathNot: `${middleware}client/$1/` },
    ),
    rule(
      "lifecycles-do-not-import-clients-and-adapters",
      { path: `${middleware}(client|server)/[^/]+$` },
      { path: `${middleware}(client/[^/]+|server/adapters)/` },
    ),
    ...downwards,
    rule("text-imports-nothing-else", { path: `${core}text/` }, { pathNot: `${core}text/` }),
    rule("headers-import-nothing-else", { path: `${core}headers/` }, { pathNot: `${core}headers/` }),
    rule(
      "exporters-do-not-know-the-tracer",
      { path: `${core}export/` },
      { path: `${core}(tracer/(tracer|tracer-provider|context-manager)|propagation/mesh-propagator|sampling/)` },
    ),
    rule(
      "no-runtime-dependency-on-the-opentelemetry-sdk",
      { path: "^packages/(core|http-middleware)/src/" },
      { path: "@opentelemetry/(?!api)", dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|dist" },
    exclude: { path: "dist|/test/" },
  },
};
