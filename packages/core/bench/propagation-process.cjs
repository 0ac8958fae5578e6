// Every propagator under test in one process, over the same 256 requests, through the getters of
// several copies of OpenTelemetry's API: what one of them does to the engine's caches holds for
// all.
const { deepEqual } = require("node:assert/strict");
const { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } = require("@opentelemetry/api");
const { B3InjectEncoding, B3Propagator } = require("@opentelemetry/propagator-b3");
const { MeshPropagator } = require("@meshtrace/core");
const { nodeHeadersGetter } = require("@meshtrace/core/adapter");
const { answer, cpu } = require("../../../bench/answering.cjs");
const { HandWrittenPropagator } = require("./hand-written-propagator.cjs");
const { requests } = require("./propagation-requests.cjs");

const PROPAGATORS = {
  minimum: new HandWrittenPropagator(),
  meshtrace: new MeshPropagator(),
  "propagator-b3": new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
};
const REQUESTS = { traced: requests(true), untraced: requests(false) };

async function getters() {
  const esm = await import("@opentelemetry/api");
  return {
    default: defaultTextMapGetter,
    esm: esm.defaultTextMapGetter,
    "api-1.9": require("api-1.9").defaultTextMapGetter,
    adapter: nodeHeadersGetter,
  };
}

function forward(propagator, headers, getter) {
  const outgoing = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, headers, getter), outgoing, defaultTextMapSetter);
  return outgoing;
}

function forwardAll(propagator, list, getter, rounds) {
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < list.length; index += 1) forward(propagator, list[index].headers, getter);
  }
}

/** What propagator-b3 knows: it passes neither the parent nor the other headers on. */
function known(name, expected) {
  if (name !== "propagator-b3") return expected;
  const names = ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled"].filter((header) => header in expected);
  return Object.fromEntries(names.map((header) => [header, expected[header]]));
}

answer({
  async check() {
    for (const getter of Object.values(await getters())) {
      for (const list of Object.values(REQUESTS)) {
        for (const [name, propagator] of Object.entries(PROPAGATORS)) {
          for (const { headers, expected } of list) {
            deepEqual({ ...forward(propagator, headers, getter) }, known(name, expected), name);
          }
        }
      }
    }
  },
  /** Nanoseconds of CPU for each extract + inject: for each variant one number for each window. */
  async measure(windows, rounds) {
    const variants = [];
    for (const [getterName, getter] of Object.entries(await getters())) {
      for (const [kind, list] of Object.entries(REQUESTS)) {
        for (const [name, propagator] of Object.entries(PROPAGATORS)) {
          const run = () => forwardAll(propagator, list, getter, rounds);
          variants.push({ key: `${name} ${kind} ${getterName}`, run, times: [] });
        }
      }
    }
    for (let window = 0; window < windows; window += 1) {
      // Another order in each window: a neighbour's garbage is collected at the cost of each
      // variant in turn.
      for (let index = 0; index < variants.length; index += 1) {
        const variant = variants[(index * 7 + window) % variants.length];
        const before = cpu();
        variant.run();
        variant.times.push(((cpu() - before) * 1000) / (rounds * REQUESTS.traced.length));
      }
    }
    return Object.fromEntries(variants.map(({ key, times }) => [key, times]));
  },
});
