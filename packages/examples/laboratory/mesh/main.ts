/**
 * `npm run mesh`: the parts of the matrix stay up, to be looked at, until Ctrl-C.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backends/backend.js";
import { startJaeger } from "./backends/jaeger.js";
import { startZipkin } from "./backends/zipkin.js";
import { endChildren } from "./children.js";
import { type Options, readOptions, USAGE } from "./command-line.js";
import { MeshFailure } from "./failure.js";
import { hopsOf, serviceName } from "./layout.js";
import { type Mesh, startMesh } from "./mesh.js";
import { install } from "./parts/install.js";
import type { Recorded } from "./recorder.js";

const interrupted = new Promise<"interrupted">((resolve) => {
  // Every time, and not once: a second Ctrl-C must not end this process before its parts.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("interrupted"));
});

interface Up {
  readonly backend: Backend;
  readonly mesh: Mesh;
}

let lastTrace: string | undefined;

/** What is started goes into `started` at once, so that it can be stopped whatever comes next. */
async function start(options: Options, started: { stop(): Promise<void> }[]): Promise<Up> {
  const { backend: name, layout, samplingPercentage, port } = options;
  await install(["envoy", name], say);
  say("starting ...");
  const backend = await (name === "zipkin" ? startZipkin() : startJaeger());
  started.push(backend);
  const mesh = await startMesh({ layout, backend, exporter: name, samplingPercentage, port, heard });
  started.push(mesh);
  return { backend, mesh };
}

function heard({ headers }: Recorded): void {
  const { "x-b3-traceid": b3, traceparent } = headers;
  const traceId = b3 ?? String(traceparent ?? "").split("-")[1];
  if (traceId !== undefined) lastTrace = String(traceId);
}

function say(line: string): void {
  process.stderr.write(`mesh: ${line}\n`);
}

function describe({ backend, mesh }: Up, { layout }: Options): void {
  const services = [...new Set(hopsOf(layout).map(serviceName))];
  console.log(`first hop  ${mesh.url}/ and ${mesh.url}/gettime`);
  console.log(`${backend.name.padEnd(9)}  ${backend.page}`);
  console.log(`services   ${services.join(", ")}`);
  console.log("Ctrl-C stops everything.");
}

/** One request a second, each told with its trace, until it is over. */
async function load({ backend, mesh }: Up, over: AbortSignal): Promise<never> {
  const traces = backend.name === "zipkin" ? `${backend.page}traces/` : `${backend.page}/traces/`;
  for (;;) {
    const outcome = await fetch(`${mesh.url}/`).then(
      async (response) => {
        await response.text();
        return `${response.status} ${traces}${lastTrace}`;
      },
      (error: Error) => error.message,
    );
    if (!over.aborted) console.log(`GET /  ${outcome}`);
    // Never ends: callers wait for something else as well.
    await sleep(1000, undefined, { signal: over }).catch(() => new Promise<never>(() => {}));
  }
}

/** Resolves when the first part has ended without being stopped. */
async function lost({ backend, mesh }: Up): Promise<never> {
  const parts = [...backend.processes, ...mesh.processes];
  const sentence = await Promise.race(
    parts.map(async (part) => {
      const how = await part.ended;
      return `${part.name} is gone (${how}): ${part.output().trim().split("\n").at(-1)}`;
    }),
  );
  throw new MeshFailure(sentence);
}

async function run(options: Options): Promise<void> {
  const started: { stop(): Promise<void> }[] = [];
  const starting = start(options, started);
  const over = new AbortController();
  try {
    const up = await Promise.race([starting, interrupted]);
    if (up === "interrupted") {
      endChildren();
      await starting.catch(() => {});
      return;
    }
    describe(up, options);
    await Promise.race([interrupted, lost(up), ...(options.load ? [load(up, over.signal)] : [])]);
    say("stopping ...");
  } finally {
    over.abort();
    // The services before the backend that they flush to.
    for (const one of started.reverse()) await one.stop();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await run(options);
} catch (error) {
  if (!(error instanceof MeshFailure)) throw error;
  say(error.message);
  process.exitCode = 1;
}
// The load may be asleep, and signals are listened to: nothing is left to wait for.
process.exit();
