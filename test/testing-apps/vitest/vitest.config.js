export default { test: { setupFiles: ["@meshtrace/testing/vitest"] } };
