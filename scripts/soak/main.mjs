/**
 * Runs a traced server and one without tracing at full speed while the collector fails in each of
 * its ways. Prints a line for each second, and ends with code 1 and one line for the first rule
 * that is broken.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FAULTS, startCollector } from "./collector.mjs";
import { startLoad } from "./load.mjs";

const MAX_MINUTES = 24 * 60;
/** Growth of the heap between the second quarter and the last that is no leak, in MiB. */
const MAX_GROWTH_MIB = 12;
/** Mean delay of the event loop beyond that of the bare server, in milliseconds. */
const MAX_DELAY_MS = 100;
const MAX_MORE_HANDLES = 10;

function fail(text) {
  process.stderr.write(`soak: ${text}\n`);
  process.exit(1);
}

function minutesOf(args) {
  const minutes = args.length === 2 && args[0] === "--minutes" ? Number(args[1]) : Number.NaN;
  if (args.length === 0) return 1;
  if (minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  return fail(`expected --minutes and a number from 0.1 to ${MAX_MINUTES}, got: ${args.join(" ") || "nothing"}`);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function start(mode, url) {
  const child = fork(fileURLToPath(new URL("app.mjs", import.meta.url)), [mode], {
    execArgv: ["--expose-gc"],
    env: { ...process.env, OTEL_EXPORTER_ZIPKIN_ENDPOINT: url },
  });
  const states = [];
  let opened;
  let ended;
  const port = new Promise((resolve) => {
    opened = resolve;
  });
  const last = new Promise((resolve) => {
    ended = resolve;
  });
  child.on("message", (message) => {
    if (message.port !== undefined) opened(message.port);
    else if (message.last !== undefined) ended(message.last);
    else states.push(message);
  });
  child.on("exit", (code, signal) => {
    if (code !== 0) fail(`the ${mode} server ended with ${signal ?? `code ${code}`}`);
  });
  process.on("exit", () => child.kill("SIGKILL"));
  const load = startLoad(await port);
  return {
    states,
    async stop() {
      await load.stop();
      child.send("stop");
      return await last;
    },
  };
}

function checkCounts({ started, ended, exported, failed, dropped, queued }) {
  const counted = exported + failed + dropped + queued;
  if (ended !== counted) fail(`ended ${ended} is not exported + failed + dropped + queued, which is ${counted}`);
  if (ended > started) fail(`ended ${ended} is more than started ${started}`);
}

function checkTrend({ states }, bare) {
  const quarter = Math.max(1, Math.floor(states.length / 4));
  const heaps = states.map(({ heapMiB }) => heapMiB);
  const growth = median(heaps.slice(-quarter)) - median(heaps.slice(quarter, 2 * quarter));
  const delay = median(states.map(({ delayMs }) => delayMs)) - median(bare.states.map(({ delayMs }) => delayMs));
  process.stdout.write(
    `heap ${growth.toFixed(1)} MiB more at the end; event loop ${delay.toFixed(1)} ms later than bare\n`,
  );
  if (growth > MAX_GROWTH_MIB) fail(`the heap grew by ${growth.toFixed(1)} MiB, more than ${MAX_GROWTH_MIB}`);
  if (delay > MAX_DELAY_MS) fail(`the event loop is ${delay.toFixed(1)} ms later than without tracing`);
}

const seconds = Math.max(6, Math.round(minutesOf(process.argv.slice(2)) * 60));
const collector = await startCollector();
const [bare, traced] = [await start("bare", collector.url), await start("traced", collector.url)];
const names = Object.keys(FAULTS);
for (let second = 0; second < seconds; second += 1) {
  const name = names[Math.floor((second * names.length) / seconds)];
  collector.setFault(name);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const state = traced.states.at(-1);
  if (state === undefined) continue;
  const { spans, heapMiB, handles, delayMs } = state;
  checkCounts(spans);
  const counts = Object.entries(spans).map(([key, count]) => `${key} ${count}`);
  process.stdout.write(
    `${second + 1} s | ${name} | ${counts.join(" ")} | ${heapMiB.toFixed(1)} MiB, ${handles} handles, ${delayMs.toFixed(1)} ms\n`,
  );
}
collector.setFault("accepts");
checkTrend(traced, bare);
const [bareEnd, tracedEnd] = [await bare.stop(), await traced.stop()];
checkCounts(tracedEnd.spans);
if (tracedEnd.spans.queued > 0) fail(`${tracedEnd.spans.queued} spans still wait after shutdown`);
if (tracedEnd.spans.started !== tracedEnd.spans.ended) {
  fail(`${tracedEnd.spans.started - tracedEnd.spans.ended} spans never ended`);
}
if (tracedEnd.handles > bareEnd.handles + MAX_MORE_HANDLES)
  fail(`${tracedEnd.handles} handles are open after shutdown, without tracing ${bareEnd.handles}`);
process.stdout.write(`soak: no rule was broken in ${seconds} s, ${tracedEnd.spans.ended} spans\n`);
collector.close();
