import { ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import { SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { JaegerRemoteSampler, type PollingTimers } from "../../src/sampling/jaeger-remote-sampler.js";
import { serve } from "../built-package.js";
import { freshProcess } from "../fresh-process.js";
import { captureLog } from "../kit/captured-log.js";
import { turns } from "../kit/turns.js";

beforeEach(freshProcess);
afterEach(freshProcess);

/** How many of 100 traces are sampled under a span's name. */
function sampledOf(sampler: JaegerRemoteSampler, name = "GET"): number {
  let count = 0;
  for (let index = 0; index < 100; index += 1) {
    const traceId = (BigInt(index) * 0x28f5c28f5c28f5c28f5c28f5c28f5c2n + 1n).toString(16).padStart(32, "0");
    const { decision } = sampler.shouldSample(ROOT_CONTEXT, traceId, name, SpanKind.SERVER, {}, []);
    if (decision === SamplingDecision.RECORD_AND_SAMPLED) count += 1;
  }
  return count;
}

const until = (condition: () => boolean): Promise<true> => vi.waitUntil(condition, { timeout: 10_000 });

type Answer = object | string | number;

/** A Jaeger whose answer can be changed, and the requests that it got. */
async function jaeger(answer: Answer) {
  const requested: { url: string | undefined; b3: unknown }[] = [];
  const answers = (next: Answer): void => {
    answer = next;
  };
  const origin = await serve((request, response) => {
    requested.push({ url: request.url, b3: request.headers["b3"] });
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  // The poll is real; the interval's lower bound is a rule of the settings, not of the sampler.
  const sampler = new JaegerRemoteSampler({ endpoint: origin, pollingIntervalMs: 30, initialRatio: 0 }, "hello");
  onTestFinished(() => sampler.stop());
  return { sampler, requested, answers };
}

const rate = (samplingRate: unknown) => ({ strategyType: "PROBABILISTIC", probabilisticSampling: { samplingRate } });

test("asks for its service, untraced, and follows each answer", async () => {
  const { sampler, requested, answers } = await jaeger(rate(1));
  expect(sampledOf(sampler)).toBe(0);
  await until(() => sampledOf(sampler) === 100);
  expect(requested[0]).toEqual({ url: "/sampling?service=hello", b3: "0" });
  answers(rate(0));
  await until(() => sampledOf(sampler) === 0);
  answers(rate(0.5));
  await until(() => sampledOf(sampler) > 30 && sampledOf(sampler) < 70);
});

test("a limit of traces a second", async () => {
  const { sampler } = await jaeger({ rateLimitingSampling: { maxTracesPerSecond: 7 } });
  await until(() => sampledOf(sampler) === 7);
});

test("rates by operation, and another for the rest", async () => {
  const { sampler } = await jaeger({
    ...rate(0),
    operationSampling: {
      defaultSamplingProbability: 0,
      perOperationStrategies: [{ operation: "GET /pay", ...rate(1) }],
    },
  });
  await until(() => sampledOf(sampler, "GET /pay") === 100);
  expect(sampledOf(sampler, "GET /other")).toBe(0);
});

test.each<[string, object | string | number]>([
  ["a 500", 500],
  ["no JSON", "<html>"],
  ["no rate", rate("all")],
  ["a rate out of bounds", rate(7)],
  ["a half of it malformed", { ...rate(0), operationSampling: { perOperationStrategies: [null] } }],
  ["a limit that is none", { rateLimitingSampling: { maxTracesPerSecond: "many" } }],
  ["no end", `"${"x".repeat(1_100_000)}`],
])("%s leaves the last answer in force, and is logged once", async (_name, answer) => {
  const said = captureLog();
  const { sampler, requested, answers } = await jaeger(rate(1));
  await until(() => sampledOf(sampler) === 100);
  answers(answer);
  const before = requested.length;
  await until(() => requested.length > before + 4);
  expect(sampledOf(sampler)).toBe(100);
  expect(said).toEqual([expect.stringMatching(/^warn meshtrace: no sampling strategy from http:\/\/127/)]);
});

test("an answer of control characters does not steer the terminal", async () => {
  const logged = captureLog();
  const { requested } = await jaeger("\u001b[2J\u009b31m\u2028\u202e");
  await until(() => requested.length > 0 && logged.length > 0);
  expect(logged[0]).toContain("\\x1b[2J");
  expect(logged[0]).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
});

/** An interval that passes when the test calls `poll`. */
class ManualTimers {
  readonly #handle = { unref: (): unknown => this.#handle };
  readonly #none = (): void => {};
  /** What the interval runs; nothing after it is cleared. */
  poll = this.#none;

  setInterval = (work: () => void): unknown => {
    this.poll = work;
    return this.#handle;
  };
  clearInterval = (handle: unknown): void => {
    if (handle === this.#handle) this.poll = this.#none;
  };
}

function withManualTimers(endpoint: string) {
  const timers = new ManualTimers();
  const sampler = new JaegerRemoteSampler({ endpoint, initialRatio: 0 }, "hello", timers as unknown as PollingTimers);
  return { sampler, timers };
}

test("after stop() it asks no more", async () => {
  let requested = 0;
  const origin = await serve((_request, response) => {
    requested += 1;
    response.end(JSON.stringify(rate(1)));
  });
  const { sampler, timers } = withManualTimers(origin);
  await until(() => sampledOf(sampler) === 100);
  await turns();
  timers.poll();
  await until(() => requested === 2);
  await turns();
  sampler.stop();
  timers.poll();
  await turns();
  expect(requested).toBe(2);
  expect(sampledOf(sampler)).toBe(100);
});

test("an answer that never ends is given up, and until then no other is requested", async () => {
  let requested = 0;
  let closed = 0;
  const origin = await serve((_request, response) => {
    requested += 1;
    response.writeHead(200).write(" ");
    response.on("close", () => {
      closed += 1;
    });
  });
  const { timers } = withManualTimers(origin);
  await until(() => requested === 1);
  timers.poll();
  await turns();
  expect(requested).toBe(1);
  await until(() => closed === 1);
  await turns();
  timers.poll();
  await until(() => requested === 2);
});
