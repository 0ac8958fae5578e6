/** The doors between the rooms: who may import whom. */
const core = "^packages/core/src/";
const door = (name, from, to) => ({ name, severity: "error", from, to });

module.exports = {
  forbidden: [
    door("no-cycles", {}, { circular: true }),
    door("core-imports-nobody", { path: core }, { path: "^packages/(http-middleware|examples)/" }),
    door(
      "middleware-imports-core-by-name",
      { path: "^packages/http-middleware/src/" },
      { path: "^packages/(core/src|examples)/" },
    ),
    door(
      "values-and-text-import-each-other-alone",
      { path: `${core}(trace-context|mesh-headers|header-families|formats/)` },
      { pathNot: `${core}(trace-context|mesh-headers|header-families|formats/)` },
    ),
    door(
      "exporters-know-no-tracer",
      { path: `${core}exporters/` },
      { path: `${core}(propagator|provider|joining-tracer|sampler|init)` },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules|dist" },
    exclude: { path: "dist|node_modules|/test/" },
  },
};
