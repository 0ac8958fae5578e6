/**
 * @meshtrace/core/sdk: the shared span inside a tracer provider of OpenTelemetry's own SDK, 2.x or 3.x.
 */

export { splitShared } from "./tracer/shared-span.js";
