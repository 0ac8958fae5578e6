/**
 * How a process with tracing ends: queued spans are flushed, within a bound, and the app ends as
 * without tracing.
 */
import { describe, expect, test, vi } from "vitest";
import { builtPackage, run, serve } from "../built-package.js";

const folder = builtPackage();

const START = `
import { initTracing } from "./index.mjs";
const tracing = initTracing();
tracing.tracer.startSpan("last words").end();
const listeners = ["SIGTERM", "SIGINT", "beforeExit"].map((event) => process.listenerCount(event));
`;
/** A process that runs until a signal ends it. */
const SERVES = `${START} setInterval(() => {}, 1000); console.log("ready");`;

/** A Zipkin collector that takes spans, and their names. */
async function collector() {
  const names: string[] = [];
  const origin = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    names.push(...JSON.parse(body).map((span: { name: string }) => span.name));
    response.writeHead(202).end();
  });
  return { names, environment: zipkin(origin) };
}

const zipkin = (origin: string): Record<string, string> => ({
  OTEL_TRACES_EXPORTER: "zipkin",
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${origin}/api/v2/spans`,
});
/** Takes the connection, and never answers. */
const silent = async (): Promise<Record<string, string>> => zipkin(await serve(() => {}));
const SOON = { MESHTRACE_SHUTDOWN_TIMEOUT: "300" };

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s: spans are delivered, and the process dies of the signal",
  async (signal) => {
    const { names, environment } = await collector();
    const { child, says, ended } = run(folder, SERVES, environment);
    await says("ready");
    child.kill(signal);
    expect(await ended).toMatchObject({ end: signal });
    expect(names).toEqual(["last words"]);
  },
);

test("beforeExit: spans are delivered, and the exit code is the app's", async () => {
  const { names, environment } = await collector();
  const code = `${START} process.exitCode = 3; process.on("beforeExit", () => console.log("the app's listener"));`;
  const { end, out } = await run(folder, code, environment).ended;
  expect({ end, out }).toEqual({ end: 3, out: expect.stringMatching(/^(the app's listener\n)+$/) });
  expect(names).toEqual(["last words"]);
});

test("where the app listens, ending is its business", async () => {
  const { names, environment } = await collector();
  const app = 'process.on("SIGTERM", () => console.log("closing")); process.on("SIGUSR2", () => process.exit(7));';
  const { child, says, ended } = run(folder, `${app}${SERVES}`, environment);
  await says("ready");
  child.kill("SIGTERM");
  await vi.waitUntil(() => names.length > 0, { timeout: 30_000 });
  child.kill("SIGUSR2");
  const { end, out } = await ended;
  expect({ end, out }).toEqual({ end: 7, out: "ready\nclosing\n" });
  expect(names).toEqual(["last words"]);
});

/** A collector that refuses the first export, so that a flush takes a while. */
async function slowCollector() {
  const names: string[] = [];
  let refused = false;
  const origin = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (refused) names.push(...JSON.parse(body).map((span: { name: string }) => span.name));
    response.writeHead(refused ? 202 : 503).end();
    refused = true;
  });
  return { names, environment: zipkin(origin) };
}

const SIGNAL_EXIT = 'import { onExit } from "signal-exit"; onExit(() => console.log("exit callback"));';
const SIGNAL_EXIT_3 = 'import onExit from "signal-exit-3"; onExit(() => console.log("exit callback"));';

describe.each([
  ["4, before us", `${SIGNAL_EXIT}${SERVES}`],
  ["4, after us", `${SERVES}${SIGNAL_EXIT}`],
  ["3, before us", `${SIGNAL_EXIT_3}${SERVES}`],
  ["3, after us", `${SERVES}${SIGNAL_EXIT_3}`],
  [
    "3 and 4",
    `${SIGNAL_EXIT}${SIGNAL_EXIT_3.replace("onExit from", "onExit3 from").replace("onExit(()", "onExit3(()")}${SERVES}`,
  ],
])("with signal-exit %s", (_name, code) => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s: the flush ends, its callbacks run, the process dies of the signal",
    async (signal) => {
      const { names, environment } = await slowCollector();
      const { child, says, ended } = run(folder, code, environment);
      await says("ready");
      child.kill(signal);
      const { end, out } = await ended;
      expect({ end, names }).toEqual({ end: signal, names: ["last words"] });
      expect(out).toContain("exit callback\n");
    },
  );
});

test("a listener that the app added with once, before us, ends the process in its own time", async () => {
  const { names, environment } = await collector();
  const app = `process.once("SIGTERM", () => console.log("draining"));
    process.on("SIGUSR2", () => { console.log("drained"); process.exit(0); });`;
  const { child, says, ended } = run(folder, `${app}${SERVES}`, environment);
  await says("ready");
  child.kill("SIGTERM");
  await vi.waitUntil(() => names.length > 0, { timeout: 30_000 });
  child.kill("SIGUSR2");
  const { end, out } = await ended;
  expect({ end, out, names }).toEqual({ end: 0, out: "ready\ndraining\ndrained\n", names: ["last words"] });
});

const RERAISES = `process.on("SIGTERM", async function cleanup() {
  await new Promise(setImmediate);
  process.removeListener("SIGTERM", cleanup);
  console.log("raised again");
  process.kill(process.pid, "SIGTERM");
});`;

test("an app that raises the signal again lets the flush end", async () => {
  const { names, environment } = await slowCollector();
  const { child, says, ended } = run(folder, `${RERAISES}${SERVES}`, environment);
  await says("ready");
  child.kill("SIGTERM");
  expect(await ended).toMatchObject({ end: "SIGTERM", out: "ready\nraised again\n" });
  expect(names).toEqual(["last words"]);
});

test("a further signal after the app has raised it again ends the process at once", async () => {
  const { child, says, ended } = run(folder, `${RERAISES}${SERVES}`, await silent());
  await says("ready");
  child.kill("SIGTERM");
  await says("raised again");
  child.kill("SIGTERM");
  // The shutdown time is 5 s: a process that waited for it would fail the test's own bound.
  expect(await ended).toMatchObject({ end: "SIGTERM" });
});

test("spans that end in a beforeExit listener of the app are flushed too", async () => {
  const { names, environment } = await collector();
  const code = `${START} let runs = 0; process.on("beforeExit", () => { if (runs++ < 2) setImmediate(() => tracing.tracer.startSpan("late " + runs).end()); });`;
  expect(await run(folder, code, environment).ended).toMatchObject({ end: 0 });
  expect(names).toEqual(["last words", "late 1", "late 2"]);
});

describe("the app ends itself", () => {
  test.each([
    [
      "process.exit in a signal handler",
      'process.on("SIGTERM", () => process.exit(3)); process.kill(process.pid, "SIGTERM");',
      3,
    ],
    ["process.exit at once", "process.exit(4);", 4],
    [
      "process.exit in an exit handler of its own",
      'process.on("exit", () => { process.exitCode = 6; }); process.exit();',
      6,
    ],
    ["an error that is not caught", 'throw new Error("broken");', 1],
    ["a rejection that is not handled", 'Promise.reject(new Error("broken"));', 1],
  ])("%s: its spans arrive, and its exit code stays", async (_name, code, exitCode) => {
    const { names, environment } = await collector();
    const lines = `${START} console.log("before"); setInterval(() => {}, 1000); setImmediate(() => { ${code} });`;
    const { end, out } = await run(folder, lines, environment).ended;
    expect({ end, out, names }).toEqual({ end: exitCode, out: "before\n", names: ["last words"] });
  });

  test("spans are lost where the collector does not answer: their number and the reason are logged, within a second", async () => {
    const { end, err } = await run(folder, `${START} process.exit(5);`, await silent()).ended;
    expect(end).toBe(5);
    expect(err).toMatch(
      /1 spans lost on the way to zipkin: the process exited, and http:.* did not answer within 1000 ms/,
    );
  });

  test("an exporter of the app's own cannot be asked any more: its loss is logged", async () => {
    const code = `import { initTracing } from "./index.mjs";
      const exporter = { export() {}, async shutdown() {} };
      initTracing({ exporter }).tracer.startSpan("last words").end();
      process.exit(5);`;
    const { end, err } = await run(folder, code).ended;
    expect(end).toBe(5);
    expect(err).toMatch(/1 spans lost on the way to exporter: the process exited before/);
  });

  test.each(["line", "json", "waterfall"])("the console, as %s, still writes", async (format) => {
    const environment = { OTEL_TRACES_EXPORTER: "console", MESHTRACE_CONSOLE_FORMAT: format, OTEL_LOG_LEVEL: "warn" };
    const { end, out, err } = await run(folder, `${START} process.exit(5);`, environment).ended;
    expect({ end, err }).toEqual({ end: 5, err: "" });
    expect(out).toContain("last words");
  });

  test("a span that ends in an exit listener arrives, or its loss is logged at once", async () => {
    const { names, environment } = await collector();
    const ends = (name: string): string => `process.on("exit", () => tracing.tracer.startSpan("${name}").end());`;
    const code = `let tracing; ${ends("earlier")}${START.replace("const tracing", "tracing")}${ends("later")} process.exit(5);`;
    const { end, err } = await run(folder, code, environment).ended;
    expect({ end, names }).toEqual({ end: 5, names: ["last words", "earlier"] });
    expect(err).toMatch(/1 spans lost on the way to zipkin: they ended after the last export of a process that exits/);
  });

  test("nothing waits: nothing is sent, and no thread is started", async () => {
    const { names, environment } = await collector();
    const code = `import { initTracing } from "./index.mjs"; initTracing(); process.exit(0);`;
    const quiet = { ...environment, OTEL_LOG_LEVEL: "warn" };
    expect(await run(folder, code, quiet).ended).toEqual({ end: 0, out: "", err: "" });
    expect(names).toEqual([]);
  });

  test("shutdown() that ran out of time says what it lost, also where process.exit follows at once", async () => {
    const code = `${START} await tracing.shutdown(); process.exit(0);`;
    const { end, err } = await run(folder, code, { ...(await silent()), ...SOON }).ended;
    expect(end).toBe(0);
    expect(err).toMatch(/1 spans lost on the way to zipkin: http:\S+\/api\/v2\/spans: time ran out at shutdown/);
  });
});

// An export may take 30 seconds, longer than a test may: what is not bounded does not end here.
describe.each([
  ["is silent", silent],
  ["is away", async () => zipkin("http://127.0.0.1:9")],
])("the collector %s", (_name, environment) => {
  test("a signal ends the process nevertheless, and losses are logged", async () => {
    const { child, says, ended } = run(folder, SERVES, { ...(await environment()), ...SOON });
    await says("ready");
    child.kill("SIGTERM");
    const { end, err } = await ended;
    expect(end).toBe("SIGTERM");
    expect(err).toMatch(/1 spans? /);
  });

  test("the end of all work does, with the app's exit code", async () => {
    const { end, err } = await run(folder, `${START} process.exitCode = 4;`, { ...(await environment()), ...SOON })
      .ended;
    expect(end).toBe(4);
    expect(err).toMatch(/1 spans? /);
  });

  test("shutdown() ends, and its report has every span", async () => {
    const code = `${START} console.log(JSON.stringify(await tracing.shutdown()));`;
    const { end, out } = await run(folder, code, { ...(await environment()), ...SOON }).ended;
    expect(end).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ started: 1, ended: 1, exported: 0, failed: 1, queued: 0 });
  });
});

test("a second Ctrl-C does not wait", async () => {
  const { child, says, ended } = run(folder, SERVES, { ...(await silent()), MESHTRACE_SHUTDOWN_TIMEOUT: "60000" });
  await says("ready");
  const again = setInterval(() => child.kill("SIGINT"), 50);
  const { end } = await ended;
  clearInterval(again);
  expect(end).toBe("SIGINT");
});

test("shutdown: false listens to nothing, and after shutdown() no listener is left", async () => {
  const code = `
import { initTracing } from "./index.mjs";
const count = () => ["SIGTERM", "SIGINT", "SIGUSR2", "beforeExit"].map((event) => process.listenerCount(event)).join();
const tracing = initTracing(JSON.parse(process.env.OPTIONS));
console.log(count());
await tracing.shutdown();
console.log(count());`;
  const listeners = async (options: object): Promise<string> => {
    const environment = { OPTIONS: JSON.stringify(options), OTEL_TRACES_EXPORTER: "none" };
    return (await run(folder, code, environment).ended).out;
  };
  expect(await listeners({ shutdown: false })).toBe("0,0,0,0\n0,0,0,0\n");
  expect(await listeners({})).toBe("1,1,0,1\n0,0,0,0\n");
  expect(await listeners({ shutdown: { signals: ["SIGUSR2"] } })).toBe("0,0,1,1\n0,0,0,0\n");
});

test("tracing alone holds no process open", async () => {
  const { end, out } = await run(folder, `${START} console.log("done");`, {
    ...zipkin("http://127.0.0.1:9"),
    ...SOON,
    OTEL_TRACES_SAMPLER: "jaeger_remote",
    OTEL_TRACES_SAMPLER_ARG: `endpoint=${await serve(() => {})}`,
  }).ended;
  expect({ end, out }).toEqual({ end: 0, out: "done\n" });
});

describe("the collector is away", () => {
  const away = { ...zipkin("http://127.0.0.1:9"), ...SOON };
  const reason = /http:\/\/127\.0\.0\.1:9\S*: ECONNREFUSED: nothing listens there/;

  test("the first failure is logged with its URL, long before the retries are over", async () => {
    const { child, ended } = run(folder, SERVES, { ...away, OTEL_BSP_SCHEDULE_DELAY: "0" });
    let logged = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      logged += chunk;
      if (logged.includes("wait for zipkin")) child.kill("SIGKILL");
    });
    expect((await ended).err).toMatch(reason);
  });

  test("a signal before that logs why spans still wait", async () => {
    const { child, says, ended } = run(folder, SERVES, away);
    await says("ready");
    child.kill("SIGTERM");
    const lines = (await ended).err.split("\n");
    expect(lines.find((line) => line.includes("of flushing"))).toMatch(reason);
  });

  // The process has one second for this, which a busy machine can need for the thread that sends.
  test("process.exit() at once logs the URL and the system's error", { retry: 3 }, async () => {
    const { end, err } = await run(folder, `${START} process.exit(3);`, away).ended;
    expect(end).toBe(3);
    expect(err).toMatch(/1 spans lost on the way to zipkin: the process exited, and http:\S+ .* \(ECONNREFUSED\)/);
  });
});
