// One propagator under test. Arguments: its name, and whether the request carries tracing headers.
const { deepEqual } = require("node:assert/strict");
const { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } = require("@opentelemetry/api");
const { B3InjectEncoding, B3Propagator } = require("@opentelemetry/propagator-b3");
const { MeshPropagator } = require("@meshtrace/core");
const { answer, cpu } = require("../../../bench/answering.cjs");
const { HandWrittenPropagator } = require("./hand-written-propagator.cjs");

const PROPAGATORS = {
  meshtrace: () => new MeshPropagator(),
  minimum: () => new HandWrittenPropagator(),
  "propagator-b3": () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
};
const ORDINARY = {
  host: "orders:8080",
  "user-agent": "curl/8.5.0",
  accept: "*/*",
  "x-forwarded-proto": "http",
  "x-envoy-attempt-count": "1",
};
const B3 = {
  "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
  "x-b3-spanid": "a2fb4a1d1a96d312",
  "x-b3-parentspanid": "0020000000000001",
  "x-b3-sampled": "1",
};
const OTHERS = {
  "x-request-id": "6f8a2d1e-4b1c-9a57-8f21-0d5f3b0c9e11",
  "x-ot-span-context": "463ac35c9f6413ad48485a3953bb6124;a2fb4a1d1a96d312;0020000000000001;cs",
};

const [name, traced] = process.argv.slice(2);
const propagator = PROPAGATORS[name]();
const incoming = traced === "traced" ? { ...ORDINARY, ...B3, ...OTHERS } : ORDINARY;

function forward() {
  const outgoing = {};
  const context = propagator.extract(ROOT_CONTEXT, incoming, defaultTextMapGetter);
  propagator.inject(context, outgoing, defaultTextMapSetter);
  return outgoing;
}

function expected() {
  if (traced !== "traced") return {};
  if (name !== "propagator-b3") return { ...B3, ...OTHERS };
  // It knows none of the other headers, and does not pass a parent on.
  const { "x-b3-parentspanid": _, ...rest } = B3;
  return rest;
}

answer({
  check: () => deepEqual({ ...forward() }, expected()),
  /** Nanoseconds of CPU for each extract + inject, one number for each window. */
  measure(windows, times) {
    const results = [];
    for (let window = 0; window < windows; window += 1) {
      const before = cpu();
      for (let index = 0; index < times; index += 1) forward();
      results.push(((cpu() - before) * 1000) / times);
    }
    return results;
  },
});
