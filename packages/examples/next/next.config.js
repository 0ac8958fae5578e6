// Loaded by Node instead of bundled, so that Next's bundles share one copy.
export default { serverExternalPackages: ["@meshtrace/core", "@meshtrace/http-middleware", "@opentelemetry/api"] };
