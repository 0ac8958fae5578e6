// One exporter under test. Arguments: its name, and the collector's ports.
const { answer, cpu } = require("../../../bench/answering.cjs");
const { COUNT } = require("./bench-spans.cjs");
const { contender } = require("./exporter-variants.cjs");

const [name, http, udp] = process.argv.slice(2);
const { endSpans, send } = contender(name, { http, udp: Number(udp) });

async function exportOnce() {
  endSpans();
  await send();
}

/**
 * Milliseconds: the longest time between two turns of the event loop while spans that have ended
 * are sent. By the clock or by CPU, whichever is less: another process on the machine does not
 * count, nor does a thread that compresses.
 */
async function longestHold() {
  endSpans();
  let longest = 0;
  let sending = true;
  let lastTime = performance.now();
  let lastCpu = cpu();
  const turn = () => {
    const time = performance.now();
    const used = cpu();
    longest = Math.max(longest, Math.min(time - lastTime, (used - lastCpu) / 1000));
    lastTime = time;
    lastCpu = used;
    if (sending) setImmediate(turn);
  };
  setImmediate(turn);
  await send();
  sending = false;
  return longest;
}

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
  async holds(batches) {
    const results = [];
    for (let batch = 0; batch < batches; batch += 1) results.push(await longestHold());
    return results;
  },
});
