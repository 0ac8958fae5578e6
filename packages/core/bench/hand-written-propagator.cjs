// The least that carries an Istio mesh's header set through OpenTelemetry's interface, as one would write it by hand: each
// header is read once, the IDs are validated, the tracer gets them as its parent, and a call gets the headers as they came.
// No family is preferred, no name is matched in another case, and nothing stale is removed.
const { createContextKey, trace } = require("@opentelemetry/api");

const FORWARDED = createContextKey("hand-written: forwarded headers");
const TRACE_ID = /^(?!0+$)(?:[0-9a-f]{32}|[0-9a-f]{16})$/;
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/;
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const OTHERS = [
  "x-request-id",
  "x-ot-span-context",
  "grpc-trace-bin",
  "x-cloud-trace-context",
  "x-datadog-trace-id",
  "x-datadog-parent-id",
  "x-datadog-sampling-priority",
  "x-datadog-tags",
  "x-datadog-origin",
  "sw8",
];

exports.HandWrittenPropagator = class {
  extract(context, carrier, getter) {
    const headers = [];
    let spanContext;
    const traceId = getter.get(carrier, "x-b3-traceid");
    const spanId = getter.get(carrier, "x-b3-spanid");
    const parentId = getter.get(carrier, "x-b3-parentspanid");
    const sampled = getter.get(carrier, "x-b3-sampled");
    const flags = getter.get(carrier, "x-b3-flags");
    const single = getter.get(carrier, "b3");
    const traceparent = getter.get(carrier, "traceparent");
    const tracestate = getter.get(carrier, "tracestate");
    if (traceId !== undefined && TRACE_ID.test(traceId) && spanId !== undefined && SPAN_ID.test(spanId)) {
      headers.push("x-b3-traceid", traceId, "x-b3-spanid", spanId);
      if (parentId !== undefined && SPAN_ID.test(parentId)) headers.push("x-b3-parentspanid", parentId);
      const traceFlags = sampled === "1" || flags === "1" ? 1 : 0;
      spanContext = { traceId: traceId.padStart(32, "0"), spanId, traceFlags, isRemote: true };
    }
    if (sampled === "1" || sampled === "0") headers.push("x-b3-sampled", sampled);
    if (flags === "1") headers.push("x-b3-flags", flags);
    if (single !== undefined) headers.push("b3", single);
    if (traceparent !== undefined) {
      const match = TRACEPARENT.exec(traceparent);
      if (match !== null) {
        headers.push("traceparent", traceparent);
        if (tracestate !== undefined) headers.push("tracestate", tracestate);
        const traceFlags = Number.parseInt(match[3], 16) & 1;
        spanContext ??= { traceId: match[1], spanId: match[2], traceFlags, isRemote: true };
      }
    }
    for (let index = 0; index < OTHERS.length; index += 1) {
      const value = getter.get(carrier, OTHERS[index]);
      if (value !== undefined) headers.push(OTHERS[index], value);
    }
    if (headers.length === 0) return context;
    const forwarding = context.setValue(FORWARDED, headers);
    return spanContext === undefined ? forwarding : trace.setSpanContext(forwarding, spanContext);
  }

  inject(context, carrier, setter) {
    const headers = context.getValue(FORWARDED);
    if (headers === undefined) return;
    for (let index = 0; index < headers.length; index += 2) setter.set(carrier, headers[index], headers[index + 1]);
  }

  fields() {
    return [];
  }
};
