/**
 * Modules of CommonJS that the app loads, also through `import`: each is changed once, right after
 * it was loaded.
 */
import Module, { createRequire } from "node:module";
import { errorLine } from "@meshtrace/core/adapter";
import { diag } from "@opentelemetry/api";

interface Loading {
  load(this: { readonly exports: unknown }, file: string): void;
}

/**
 * Calls `change` with the exports of each module whose file matches `pattern`, those that are
 * loaded already included. A copy of `library` that has another shape than `change` expects stays
 * as it is: the app must not fail.
 */
export function whenLoaded(library: string, pattern: RegExp, change: (exports: unknown) => void): void {
  const safely = (exports: unknown): void => {
    try {
      change(exports);
    } catch (error) {
      diag.debug(`meshtrace: this copy of ${library} is not traced: ${errorLine(error)}`);
    }
  };
  for (const module of Object.values(createRequire(import.meta.url).cache)) {
    if (module !== undefined && pattern.test(module.filename)) safely(module.exports);
  }
  // Node's ESM loader also loads CommonJS through this method.
  const loading = Module.prototype as unknown as Loading;
  const { load } = loading;
  loading.load = function (file) {
    load.call(this, file);
    if (pattern.test(file)) safely(this.exports);
  };
}
