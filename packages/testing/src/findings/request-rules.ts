/** Mistakes that show in how a request of the mesh was received. */
import { SpanKind } from "@opentelemetry/api";
import type { MeshRequest } from "../mesh-request.js";
import { type Finding, finding, named, type Observed } from "./finding.js";

/** Returns what is wrong with the span of a request, once the app has answered it. */
export function requestFindings(request: MeshRequest, { records }: Observed): Finding[] {
  const { layout, traceId, spanId, sampled, requestId } = request;
  const which = `the request of meshRequest({ layout: "${layout}" }) with x-request-id ${requestId}`;
  const server = records.filter(({ span }) => span.kind === SpanKind.SERVER);
  const own = server.find(({ span }) => span.attributes["guid:x-request-id"] === requestId);
  const traced = server.find(({ span }) => span.spanContext().traceId.endsWith(traceId));
  if (!sampled) {
    const sentence = `${which} has sampled: false, so no spans are recorded`;
    return traced === undefined ? [finding("request-not-sampled", sentence)] : [];
  }
  if (traced === undefined && own !== undefined) {
    const sentence = `${named(own)} began a new trace instead of joining the mesh's: the headers were removed before the middleware, or trust is "restart"`;
    return [finding("request-not-joined", sentence, own)];
  }
  if (traced === undefined) {
    const sentence = `${which} has no SERVER span: the middleware is missing, comes after the route, or ignores the path`;
    return [finding("request-not-traced", sentence)];
  }
  if (traced.span.spanContext().spanId !== spanId && traced.span.parentSpanContext?.spanId !== spanId) {
    const sentence = `${named(traced)} is in the mesh's trace but not at the span of the mesh, ${spanId}: another library started it`;
    return [finding("request-not-joined", sentence, traced)];
  }
  return [];
}
