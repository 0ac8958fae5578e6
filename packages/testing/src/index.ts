/**
 * @meshtrace/testing: tests that traces stay right. `@meshtrace/testing/vitest` and
 *   `@meshtrace/testing/jest` add matchers.
 */
export { assertNoMistakes, assertTrace, type CheckResult } from "./assert-trace.js";
export type { Finding, FindingRule } from "./findings/finding.js";
export { traceMatchers } from "./matchers.js";
export {
  MESH_LAYOUTS,
  type MeshLayout,
  type MeshRequest,
  type MeshRequestOptions,
  meshRequest,
} from "./mesh-request.js";
export type { KindName, SpanRecord } from "./span-record.js";
export { type TestTracing, type TestTracingOptions, testTracing } from "./test-tracing.js";
export type { TraceNode } from "./trace-node.js";
