/**
 * Modules of Node that a start does not need, loaded at first use: most take milliseconds. This
 * works in ESM, in CommonJS, in bundles, and while the process exits.
 */

// Taken at load: a test environment may take away its globals.
const { getBuiltinModule } = globalThis.process;

export const nodeModules = {
  get crypto(): typeof import("node:crypto") {
    return getBuiltinModule("node:crypto");
  },
  get dgram(): typeof import("node:dgram") {
    return getBuiltinModule("node:dgram");
  },
  get dnsPromises(): typeof import("node:dns/promises") {
    return getBuiltinModule("node:dns/promises");
  },
  get events(): typeof import("node:events") {
    return getBuiltinModule("node:events");
  },
  get http(): typeof import("node:http") {
    return getBuiltinModule("node:http");
  },
  get https(): typeof import("node:https") {
    return getBuiltinModule("node:https");
  },
  get net(): typeof import("node:net") {
    return getBuiltinModule("node:net");
  },
  get util(): typeof import("node:util") {
    return getBuiltinModule("node:util");
  },
  get workerThreads(): typeof import("node:worker_threads") {
    return getBuiltinModule("node:worker_threads");
  },
  get zlib(): typeof import("node:zlib") {
    return getBuiltinModule("node:zlib");
  },
};
