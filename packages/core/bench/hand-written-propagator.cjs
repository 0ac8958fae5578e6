// The least that carries an Istio mesh's header set through OpenTelemetry's interface, as one would
// write it by hand for speed: one pass over the names that arrived, IDs are validated without
// expressions, the tracer gets them as its parent, and a call gets the headers as they came. No
// family is preferred, no name is matched in another case, and nothing stale is removed.
const { createContextKey, trace } = require("@opentelemetry/api");

const FORWARDED = createContextKey("hand-written: forwarded headers");
let SPAN;
trace.getSpan({
  getValue(key) {
    SPAN = key;
  },
});
const CARRIED = new Set([
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
  "x-datadog-tags",
  "x-datadog-origin",
  "sw8",
]);

exports.HandWrittenPropagator = class {
  extract(context, carrier, getter) {
    let headers;
    let traceId;
    let spanId;
    let traceparent;
    let traceFlags = 0;
    for (const name in carrier) {
      if (!CARRIED.has(name)) continue;
      const value = getter.get(carrier, name);
      if (typeof value !== "string") continue;
      if (name === "x-b3-traceid") {
        if (!isId(value, 32) && !isId(value, 16)) continue;
        traceId = value;
      } else if (name === "x-b3-spanid") {
        if (!isId(value, 16)) continue;
        spanId = value;
      } else if (name === "x-b3-parentspanid") {
        if (!isId(value, 16)) continue;
      } else if (name === "x-b3-sampled") {
        if (value !== "1" && value !== "0") continue;
        if (value === "1") traceFlags = 1;
      } else if (name === "x-b3-flags") {
        if (value !== "1") continue;
        traceFlags = 1;
      } else if (name === "traceparent") traceparent = value;
      if (headers === undefined) headers = [name, value];
      else headers.push(name, value);
    }
    if (headers === undefined) return context;
    const spanContext =
      traceId !== undefined && spanId !== undefined
        ? { traceId: traceId.padStart(32, "0"), spanId, traceFlags, isRemote: true }
        : fromTraceparent(traceparent);
    return new RequestContext(context, headers, spanContext && trace.wrapSpanContext(spanContext));
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

/** Two values in one context: each context of the API copies a map and makes three functions. */
class RequestContext {
  #parent;
  #headers;
  #span;

  constructor(parent, headers, span) {
    this.#parent = parent;
    this.#headers = headers;
    this.#span = span;
  }

  getValue(key) {
    if (key === FORWARDED) return this.#headers;
    return key === SPAN && this.#span !== undefined ? this.#span : this.#parent.getValue(key);
  }

  setValue(key, value) {
    return this.#copy().setValue(key, value);
  }

  deleteValue(key) {
    return this.#copy().deleteValue(key);
  }

  #copy() {
    const copy = this.#parent.setValue(FORWARDED, this.#headers);
    return this.#span === undefined ? copy : copy.setValue(SPAN, this.#span);
  }
}

function fromTraceparent(text) {
  if (text?.length !== 55 || !text.startsWith("00-")) return undefined;
  const traceId = text.slice(3, 35);
  const spanId = text.slice(36, 52);
  if (!isId(traceId, 32) || !isId(spanId, 16)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(text.slice(53), 16) & 1, isRemote: true };
}

/** Whether `text` is so many lower-case hex characters, and not all of them are zero. */
function isId(text, length) {
  if (text.length !== length) return false;
  let zero = true;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code !== 48) zero = false;
    if ((code < 48 || code > 57) && (code < 97 || code > 102)) return false;
  }
  return !zero;
}
