// One exporter under test. Arguments: its name, and the collector's ports.
const { answer, cpu } = require("../../../bench/answering.cjs");
const { benchSpans, COUNT } = require("./bench-spans.cjs");
const { VARIANTS } = require("./exporter-variants.cjs");

const [name, http, udp] = process.argv.slice(2);
const exporter = VARIANTS[name]({ http, udp: Number(udp) });
const spans = benchSpans();

const exportOnce = () =>
  new Promise((resolve, reject) => {
    exporter.export(spans, ({ code, error }) => (code === 0 ? resolve() : reject(error ?? new Error("not exported"))));
  });

answer({
  once: exportOnce,
  /** Microseconds of CPU for each exported span, one number for each window. */
  async measure(windows, batches) {
    const results = [];
    for (let window = 0; window < windows; window += 1) {
      const before = cpu();
      for (let batch = 0; batch < batches; batch += 1) await exportOnce();
      results.push((cpu() - before) / (batches * COUNT));
    }
    return results;
  },
});
