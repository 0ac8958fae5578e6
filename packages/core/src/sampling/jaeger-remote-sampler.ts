/**
 * A sampler that polls its strategy from a Jaeger collector.
 *
 *     GET {endpoint}?service={name} -> { strategyType, probabilisticSampling: { samplingRate } }
 *                                  / { strategyType, rateLimitingSampling: { maxTracesPerSecond } }
 *     optional: operationSampling: { defaultSamplingProbability, perOperationStrategies: [
 *       { operation, probabilisticSampling: { samplingRate } } ] }
 *
 * Spec:
 * https://www.jaegertracing.io/docs/latest/architecture/apis/#remote-sampling-configuration-stable
 */
import * as nodeTimers from "node:timers";
import {
  type Attributes,
  type Context,
  context as contextApi,
  diag,
  type Link,
  ROOT_CONTEXT,
  type SpanKind,
} from "@opentelemetry/api";
import { limitedRequest } from "../limited-request.js";
import { suppressTracing } from "../propagation/suppress-tracing.js";
import { parsedUrl } from "../text/parsed-url.js";
import { printable } from "../text/printable.js";
import { perSecondSampler } from "./rate-limiter.js";
import { ratioSampler } from "./ratio-sampler.js";
import type { Sampler, SamplingResult } from "./sampler.js";

/** Settings of the sampler that asks Jaeger for its strategies. */
export interface JaegerRemote {
  /** The URL of the sampling API; without a path `/sampling` is added. */
  readonly endpoint: string;
  /** Milliseconds between two requests. @default 60000 */
  readonly pollingIntervalMs?: number;
  /** The ratio until the first answer. @default 0.001, as Jaeger's */
  readonly initialRatio?: number;
}

/** The part of Node's timers that polls. */
export type PollingTimers = Pick<typeof nodeTimers, "clearInterval" | "setInterval">;

const MAX_ANSWER_LENGTH = 1_000_000;
const TIMEOUT_MS = 5000;

/**
 * Samples by Jaeger's strategy for `serviceName`. After an answer that is late, malformed or
 * missing, the last strategy stays in force, and the failure is logged once. Keeps no process
 * alive, and polls with tracing suppressed.
 */
export class JaegerRemoteSampler implements Sampler {
  readonly #url: URL;
  readonly #timers: PollingTimers;
  readonly #timer: NodeJS.Timeout;
  #byOperation: ReadonlyMap<string, Sampler> = new Map();
  #sampler: Sampler;
  #logged = false;
  #polling = false;

  constructor(
    { endpoint, pollingIntervalMs = 60_000, initialRatio = 0.001 }: JaegerRemote,
    serviceName: string,
    timers: PollingTimers = nodeTimers,
  ) {
    this.#timers = timers;
    this.#url = parsedUrl(endpoint);
    if (this.#url.pathname === "/") this.#url.pathname = "/sampling";
    this.#url.searchParams.set("service", serviceName);
    this.#sampler = ratioSampler(initialRatio);
    const poll = (): void => contextApi.with(suppressTracing(ROOT_CONTEXT), () => this.#poll());
    poll();
    this.#timer = timers.setInterval(poll, pollingIntervalMs).unref();
  }

  /** Stops polling. The last strategy stays in force. */
  stop(): void {
    this.#timers.clearInterval(this.#timer);
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const sampler = this.#byOperation.get(name) ?? this.#sampler;
    return sampler.shouldSample(context, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `JaegerRemoteSampler{${this.#sampler.toString()}}`;
  }

  #poll(): void {
    if (this.#polling) return;
    this.#polling = true;
    const limits = { timeoutMs: TIMEOUT_MS, keepsProcess: false };
    const sent = limitedRequest(this.#url, { headers: { b3: "0" } }, limits);
    sent.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
        if (body.length > MAX_ANSWER_LENGTH) response.destroy(new Error(`more than ${MAX_ANSWER_LENGTH} characters`));
      });
      response.on("error", (error) => this.#logFailure(error));
      response.on("end", () => this.#apply(response.statusCode, body));
    });
    sent.on("close", () => {
      this.#polling = false;
    });
    sent.on("error", (error) => this.#logFailure(error));
    sent.end();
  }

  #apply(status: number | undefined, body: string): void {
    try {
      if (status !== 200) throw new Error(`status ${status}`);
      const strategy = JSON.parse(body) as Strategy;
      const operations = strategy.operationSampling;
      const byOperation = new Map<string, Sampler>();
      for (const one of operations?.perOperationStrategies ?? []) byOperation.set(one.operation, samplerOf(one));
      // A malformed part makes the whole answer invalid.
      this.#sampler = samplerOf(strategy, operations?.defaultSamplingProbability);
      this.#byOperation = byOperation;
      this.#logged = false;
    } catch (error) {
      this.#logFailure(error as Error);
    }
  }

  #logFailure(error: Error): void {
    if (!this.#logged)
      diag.warn(
        `meshtrace: no sampling strategy from ${this.#url.origin}${this.#url.pathname}: ${printable(error.message)}`,
      );
    this.#logged = true;
  }
}

interface Strategy {
  readonly probabilisticSampling?: { readonly samplingRate?: number };
  readonly rateLimitingSampling?: { readonly maxTracesPerSecond?: number };
  readonly operationSampling?: {
    readonly defaultSamplingProbability?: number;
    readonly perOperationStrategies?: readonly (Strategy & { readonly operation: string })[];
  };
}

function samplerOf({ probabilisticSampling, rateLimitingSampling }: Strategy, defaultRatio?: number): Sampler {
  const limit = rateLimitingSampling?.maxTracesPerSecond;
  if (typeof limit === "number" && limit >= 0) return perSecondSampler(limit);
  const rate = defaultRatio ?? probabilisticSampling?.samplingRate;
  if (typeof rate !== "number" || !(rate >= 0 && rate <= 1))
    throw new Error("the answer names neither a rate from 0 to 1 nor a limit");
  return ratioSampler(rate);
}
