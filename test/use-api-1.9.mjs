// Resolves `@opentelemetry/api` to version 1.9, in ESM and in CommonJS: `node --import
// ./test/use-api-1.9.mjs`.
import Module, { createRequire, register } from "node:module";
import { pathToFileURL } from "node:url";

const NAME = "@opentelemetry/api";
const file = createRequire(new URL("../packages/core/package.json", import.meta.url)).resolve("api-1.9");

const hooks = `export const resolve = (specifier, context, next) =>
  specifier === "${NAME}" ? { url: "${pathToFileURL(file)}", format: "commonjs", shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (specifier, ...rest) => (specifier === NAME ? file : resolveFilename(specifier, ...rest));
