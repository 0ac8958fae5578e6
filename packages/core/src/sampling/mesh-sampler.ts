/**
 * Who decides on recording: the mesh where it has, the local sampler for roots and deferred
 * decisions.
 */
import { type Attributes, type Context, diag, type Link, type SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { type Extracted, hasIds, withoutDebug } from "../headers/trace-context.js";
import { nonRecordingRole } from "../propagation/non-recording-span.js";
import { meshState } from "../propagation/request-context.js";
import { errorLine } from "../text/error-line.js";
import { type JaegerRemote, JaegerRemoteSampler } from "./jaeger-remote-sampler.js";
import { perSecond, perSecondSampler, type RateLimiter } from "./rate-limiter.js";
import { ratioSampler } from "./ratio-sampler.js";
import { NOT_RECORD, RECORD_AND_SAMPLED, type Sampler, type SamplingResult } from "./sampler.js";

/**
 * A local sampler by name, a ratio from 0 to 1, a number of traces a second, Jaeger's own rates, or
 * one of yours.
 */
export type SamplerSetting =
  | "always_on"
  | "always_off"
  | number
  | {
      /** Traces per second, at most. */
      readonly perSecond: number;
    }
  | {
      /** Jaeger's sampling API, which sets the rates. */
      readonly jaegerRemote: JaegerRemote;
    }
  | Sampler;

const SAMPLE: SamplingResult = { decision: RECORD_AND_SAMPLED };
const DROP: SamplingResult = { decision: NOT_RECORD };

/**
 * The sampler that `setting` names. Values out of range are the business of the settings, and are
 * clamped here.
 */
export function localSampler(setting: SamplerSetting = "always_on", serviceName = ""): Sampler {
  if (setting === "always_on") return { shouldSample: () => SAMPLE, toString: () => "always_on" };
  if (setting === "always_off") return { shouldSample: () => DROP, toString: () => "always_off" };
  if (typeof setting === "number") return ratioSampler(setting);
  if ("shouldSample" in setting) return setting;
  if ("jaegerRemote" in setting) return new JaegerRemoteSampler(setting.jaegerRemote, serviceName);
  return perSecondSampler(setting.perSecond);
}

/**
 * Obeys the mesh's decision, follows the local parent, and asks `local` for roots and deferred
 * decisions; a `local` that throws is a no. A debug flag overrides such a "no"
 * `debugPerSecond` times a second (default 10; 0 = never). Works with any provider whose propagator
 * is a MeshPropagator.
 *
 * @example
 * new NodeTracerProvider({ sampler: new MeshSampler(new TraceIdRatioBasedSampler(0.1)) });
 */
export class MeshSampler implements Sampler {
  readonly #local: Sampler;
  readonly #debug: RateLimiter;
  #told = false;

  constructor(local: Sampler = localSampler(), debugPerSecond = 10) {
    this.#local = local;
    this.#debug = perSecond(debugPerSecond);
  }

  /** Returns the mesh's decision, or the root sampler's if the mesh has made none. */
  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = trace.getSpan(context);
    const role = parent && nonRecordingRole(parent);
    const fromOutside = parent === undefined || role === "remote";
    const heard = fromOutside ? decisionFor(context, role === "remote") : undefined;
    const state = fromOutside ? withoutDebug(heard) : followed(parent.spanContext());
    if (state === "accept") return SAMPLE;
    const result =
      state === "deny" ? DROP : this.#askLocal(trace.deleteSpan(context), traceId, name, kind, attributes, links);
    // Any client outside can send the flag: unthrottled it would overrule the mesh's sampling at
    // will.
    const forced = heard?.sampling === "debug" && result.decision === NOT_RECORD && this.#debug.take();
    return forced ? SAMPLE : result;
  }

  /** Returns a description for logs. */
  toString(): string {
    return `MeshSampler{${this.#local.toString()}}`;
  }

  /** What a sampler throws must not reach the request that asked for a span. */
  #askLocal(...args: Parameters<Sampler["shouldSample"]>): SamplingResult {
    try {
      return this.#local.shouldSample(...args);
    } catch (error) {
      if (!this.#told) {
        diag.warn(`meshtrace: the sampler threw, and nothing is recorded where it does: ${errorLine(error)}`);
      }
      this.#told = true;
      return DROP;
    }
  }
}

/**
 * What came from outside for this span: a new trace in place of the caller's does not follow the
 * caller's decision.
 */
function decisionFor(context: Context, follows: boolean): Extracted {
  const extracted = meshState(context)?.extracted;
  return follows || !hasIds(extracted) ? extracted : undefined;
}

/**
 * A parent that our propagator did not extract: local, or from another one. Its flag is the
 * decision.
 */
function followed(parent: { traceFlags: number; traceId: string }): "accept" | "deny" | "defer" {
  if (!/[^0]/.test(parent.traceId)) return "defer";
  return (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? "deny" : "accept";
}
