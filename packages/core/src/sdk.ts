/**
 * @meshtrace/core/sdk: the shared span inside a tracer provider of OpenTelemetry's own SDK, 2.x or
 *   3.x.
 */

export { shareSpans } from "./sdk/share-spans.js";
export { SharedSpanIdGenerator } from "./sdk/shared-span-id-generator.js";
export { splitShared } from "./tracer/shared-span.js";
