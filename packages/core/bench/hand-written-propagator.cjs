// The least that carries an Istio mesh's header set through OpenTelemetry's interface, as one would write it by hand: the
// headers are copied, and the tracer is told the caller's IDs. Nothing is validated, and no family is preferred.
const { createContextKey, trace } = require("@opentelemetry/api");

const FORWARDED = createContextKey("hand-written: forwarded headers");
const NAMES = [
  "x-request-id",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-flags",
  "b3",
  "traceparent",
  "tracestate",
  "x-ot-span-context",
  "grpc-trace-bin",
  "x-cloud-trace-context",
  "x-datadog-trace-id",
  "x-datadog-parent-id",
  "x-datadog-sampling-priority",
  "sw8",
];

exports.HandWrittenPropagator = class {
  extract(context, carrier, getter) {
    const headers = [];
    for (const name of NAMES) {
      const value = getter.get(carrier, name);
      if (value !== undefined) headers.push(name, value);
    }
    if (headers.length === 0) return context;
    const forwarding = context.setValue(FORWARDED, headers);
    const traceId = getter.get(carrier, "x-b3-traceid");
    const spanId = getter.get(carrier, "x-b3-spanid");
    if (traceId === undefined || spanId === undefined) return forwarding;
    const traceFlags = getter.get(carrier, "x-b3-sampled") === "1" ? 1 : 0;
    return trace.setSpanContext(forwarding, { traceId, spanId, traceFlags, isRemote: true });
  }

  inject(context, carrier, setter) {
    const headers = context.getValue(FORWARDED) ?? [];
    for (let index = 0; index < headers.length; index += 2) setter.set(carrier, headers[index], headers[index + 1]);
  }

  fields() {
    return NAMES;
  }
};
