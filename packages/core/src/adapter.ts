/**
 * @meshtrace/core/adapter: what adapters need. Outside semantic versioning; depend on the exact
 *   version.
 */

export { maskedText, maskedValue } from "./config/masked-value.js";
export type { Trust } from "./config/setting-names.js";
export type { PropagateTo } from "./config/tracing-types.js";
export { ExistingObject } from "./existing-object.js";
export { instrumentConsole } from "./logs/console.js";
export { addMissing, logFields } from "./logs/log-fields.js";
export { type HeaderCarrier, headerCarrierSetter, nodeHeadersGetter } from "./propagation/getters.js";
export { setReceivedSpan } from "./propagation/received-span.js";
export { restartedContext, withServerSpan } from "./propagation/request-context.js";
export { signedNames } from "./propagation/signed-headers.js";
export { isTracingSuppressed } from "./propagation/suppress-tracing.js";
export { type AdapterTracing, adapterTracing } from "./runtime/active-tracing.js";
export { requestId } from "./runtime/forward-headers.js";
export { recordError } from "./runtime/record-error.js";
export type { RequestCounts } from "./runtime/request-counts.js";
export { asksSampler, forwardOnly, startServerSpan } from "./runtime/server-span.js";
export { type Watcher, type WatchPromise, watchPromise } from "./runtime/watched-promise.js";
export { errorLine } from "./text/error-line.js";
export { redactCredentials } from "./text/redact-credentials.js";
export { redactUrl, redactUrls } from "./text/redact-urls.js";
export { isSecretName, redactParameters } from "./text/secret-names.js";
export type { Contexts } from "./tracer/context-manager.js";
export { type Overlap, overlapOf } from "./tracer/overlap.js";
