// The least that carries an Istio mesh's whole header set through OpenTelemetry's interface: what a team would write by hand.
const { createContextKey, trace } = require("@opentelemetry/api");

const FORWARDED = createContextKey("hand-written: forwarded headers");
const ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;
const OTHERS = [
  "x-request-id",
  "x-ot-span-context",
  "traceparent",
  "tracestate",
  "b3",
  "grpc-trace-bin",
  "x-cloud-trace-context",
  "x-datadog-trace-id",
  "x-datadog-parent-id",
  "x-datadog-sampling-priority",
  "sw8",
];

class HandWrittenPropagator {
  extract(context, carrier, getter) {
    const forwarded = [];
    for (const name of OTHERS) {
      const value = getter.get(carrier, name);
      if (value !== undefined) forwarded.push(name, value);
    }
    const traceId = getter.get(carrier, "x-b3-traceid");
    const spanId = getter.get(carrier, "x-b3-spanid");
    const state = {
      forwarded,
      parentId: getter.get(carrier, "x-b3-parentspanid"),
      sampled: getter.get(carrier, "x-b3-sampled"),
      flags: getter.get(carrier, "x-b3-flags"),
    };
    const valid = traceId !== undefined && spanId !== undefined && ID.test(traceId) && ID.test(spanId);
    if (!valid && forwarded.length === 0) return context;
    const next = context.setValue(FORWARDED, state);
    if (!valid) return next;
    const traceFlags = state.sampled === "1" || state.flags === "1" ? 1 : 0;
    return trace.setSpanContext(next, { traceId, spanId, traceFlags, isRemote: true });
  }

  inject(context, carrier, setter) {
    const state = context.getValue(FORWARDED);
    if (state !== undefined) {
      for (let index = 0; index < state.forwarded.length; index += 2) {
        setter.set(carrier, state.forwarded[index], state.forwarded[index + 1]);
      }
    }
    const span = trace.getSpanContext(context);
    if (span === undefined) return;
    setter.set(carrier, "x-b3-traceid", span.traceId);
    setter.set(carrier, "x-b3-spanid", span.spanId);
    if (state?.parentId !== undefined) setter.set(carrier, "x-b3-parentspanid", state.parentId);
    if (state?.flags !== undefined) setter.set(carrier, "x-b3-flags", state.flags);
    setter.set(carrier, "x-b3-sampled", (span.traceFlags & 1) === 1 ? "1" : "0");
  }

  fields() {
    return [];
  }
}

module.exports = { HandWrittenPropagator };
