/**
 * Who decides on recording: the mesh where it has, the local sampler for roots and deferred decisions.
 */
import { type Attributes, type Context, type Link, type SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import {
  type Sampler,
  SamplingDecision,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
import { type JaegerRemote, JaegerRemoteSampler } from "./jaeger-remote-sampler.js";
import { meshState } from "./mesh-context.js";
import { perSecond, perSecondSampler, type RateLimiter } from "./rate-limiter.js";
import type { SamplingState } from "./trace-context.js";
import { unrecordedRole } from "./unrecorded-span.js";

/** A local sampler by name, a ratio from 0 to 1, a number of traces a second, Jaeger's own rates, or one of yours. */
export type SamplerSetting =
  | "always_on"
  | "always_off"
  | number
  | { readonly perSecond: number }
  | { readonly jaegerRemote: JaegerRemote }
  | Sampler;

const RECORD: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const DROP: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** The sampler that `setting` names. Values out of range are the business of the settings, and are clamped here. */
export function localSampler(setting: SamplerSetting = "always_on", serviceName = ""): Sampler {
  if (setting === "always_on") return { shouldSample: () => RECORD, toString: () => "always_on" };
  if (setting === "always_off") return { shouldSample: () => DROP, toString: () => "always_off" };
  if (typeof setting === "number") return new TraceIdRatioBasedSampler(setting);
  if ("shouldSample" in setting) return setting;
  if ("jaegerRemote" in setting) return new JaegerRemoteSampler(setting.jaegerRemote, serviceName);
  return perSecondSampler(setting.perSecond);
}

/**
 * Obeys the mesh's decision, follows the local parent, and asks `local` for roots and deferred decisions. A debug flag
 * that stands against the mesh's "no" is obeyed `debugPerSecond` times a second (default 10; 0 = never). Works with any
 * provider whose propagator is a MeshPropagator.
 */
export class MeshSampler implements Sampler {
  readonly #local: Sampler;
  readonly #debug: RateLimiter;

  constructor(local: Sampler = localSampler(), debugPerSecond = 10) {
    this.#local = local;
    this.#debug = perSecond(debugPerSecond);
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = trace.getSpan(context);
    const remote = parent === undefined || unrecordedRole(parent) === "remote";
    const state = remote ? this.#decision(context) : followed(parent.spanContext());
    if (state === "accept") return RECORD;
    if (state === "deny") return DROP;
    return this.#local.shouldSample(trace.deleteSpan(context), traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `MeshSampler{${this.#local.toString()}}`;
  }

  #decision(context: Context): Exclude<SamplingState, "debug"> {
    const extracted = meshState(context)?.extracted;
    if (extracted === undefined) return "defer";
    if (extracted.sampling !== "debug") return extracted.sampling;
    // Any client outside can send the flag: unthrottled it would overrule the mesh's sampling at will.
    if (extracted.withoutDebug === "deny" && !this.#debug.take()) return "deny";
    return "accept";
  }
}

/** A parent that no propagator of ours extracted: local, or from another one. Its flag is the decision. */
function followed(parent: { traceFlags: number; traceId: string }): "accept" | "deny" | "defer" {
  if (!/[^0]/.test(parent.traceId)) return "defer";
  return (parent.traceFlags & TraceFlags.SAMPLED) === 0 ? "deny" : "accept";
}
