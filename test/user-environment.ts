const OURS = /^(npm_|VITEST|NODE_ENV|NODE_OPTIONS|OTEL_|JAEGER_|MESHTRACE_|TEST$|COREPACK_)/i;
const NPM_SETTINGS = /^npm_config_(registry|cache|userconfig)$/i;

/**
 * The environment of a user's shell: without the variables of the test runner, of npm's scripts and
 * of tracing.
 */
export function userEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OURS.test(name) || NPM_SETTINGS.test(name)),
  );
}
