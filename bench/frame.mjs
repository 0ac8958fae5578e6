// Shared by all benchmarks: each variant runs in its own process, in shuffled order, and CPU time
// is measured.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Starts a process that runs `file` and answers questions (see answering.cjs). A question rejects
 * when the process fails to answer it or exits.
 */
export async function start(file, args = [], { env = {}, execArgv = [] } = {}) {
  const child = fork(fileURLToPath(file), args, { env: { ...process.env, ...env }, execArgv });
  const pending = new Map();
  let lastId = 0;
  child.on("message", ({ id, value, error }) => {
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(`${file}: ${error}`));
  });
  child.once("exit", (code) => {
    for (const { reject } of pending.values()) reject(new Error(`${file} ended with ${code}`));
  });
  return {
    ask(question, ...args) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        child.send({ id, question, args });
      });
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/**
 * Runs `measure(variant)` for every variant, `rounds` times, each round in another order. Numbers
 * by variant.
 */
export async function inShuffledOrder(variants, rounds, measure) {
  const results = new Map(variants.map((variant) => [variant, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const variant of shuffled(variants)) {
      progress(`round ${round} of ${rounds}: ${variant}`);
      results.get(variant).push(...(await measure(variant)));
    }
  }
  progress("");
  return results;
}

/**
 * Opens all variants at once and measures one window of each in turn, in another order each time:
 * what slows the machine down for a while then slows all of them. `open(variant)` returns `{
 * measure, close }`. Numbers by variant.
 */
export async function inTurns(variants, { rounds, windows }, open) {
  const results = new Map(variants.map((variant) => [variant, []]));
  for (let round = 1; round <= rounds; round += 1) {
    const opened = new Map();
    try {
      for (const variant of shuffled(variants)) {
        progress(`round ${round} of ${rounds}: starting ${variant}`);
        opened.set(variant, await open(variant));
      }
      for (let window = 1; window <= windows; window += 1) {
        progress(`round ${round} of ${rounds}: window ${window} of ${windows}`);
        for (const variant of shuffled(variants)) results.get(variant).push(await opened.get(variant).measure());
      }
    } finally {
      for (const { close } of opened.values()) await close();
    }
  }
  progress("");
  return results;
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(70)}\r`);
}

function shuffled(items) {
  const rest = [...items];
  const order = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(Math.random() * rest.length), 1));
  return order;
}

/**
 * Returns the mean of the lowest fifth: the cost of a window that nothing else disturbs, without
 * relying on one of them.
 */
export function lowest(numbers) {
  const kept = [...numbers].sort((a, b) => a - b).slice(0, Math.max(1, Math.floor(numbers.length / 5)));
  return kept.reduce((sum, one) => sum + one, 0) / kept.length;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
