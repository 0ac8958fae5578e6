/**
 * Drives a tracer provider through a scenario, and records what a processor, an exporter and the
 * caller see.
 */
import {
  type Context,
  context as contextApi,
  createTraceState,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { suppressTracing } from "../../src/propagation/suppress-tracing.js";
import { NOT_RECORD, type Sampler, type SamplingResult } from "../../src/sampling/sampler.js";
import type {
  ExportResult,
  IdGenerator,
  ReadableSpan,
  RecordingSpan,
  SpanExporter,
  SpanProcessor,
} from "../../src/tracer/readable-span.js";
import { spanRecord } from "../../src/tracer/span-record.js";
import { tick, withClock } from "./differential-clock.js";
import type {
  Bag,
  Limits,
  LinkData,
  ParentData,
  Sampling,
  Scenario,
  SpanCall,
  StartOptions,
  Step,
} from "./differential-scenario.js";
import { EXCEPTIONS, NAMES, STATUSES, TIMES, VALUES } from "./differential-values.js";

/** The parts that each side builds its provider from. */
export interface Parts {
  readonly limits: Limits;
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly processor: SpanProcessor;
  readonly exporter: SpanExporter;
}

/** Builds a provider, and returns a tracer of it. */
export type Side = (parts: Parts) => Tracer;

/** One thing that was seen: where, and its fields. */
export interface Seen {
  readonly by: "onStart" | "onEnding" | "onEnd" | "exporter" | "sampler" | "caller" | "afterwards" | "record";
  readonly fields: Record<string, unknown>;
}

const REMOTE: SpanContext = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1, isRemote: true };

/** Runs the scenario against a provider of `side`. */
export function drive(side: Side, scenario: Scenario): Seen[] {
  return withClock(() => new Driver(side, scenario).run());
}

class Driver {
  readonly #scenario: Scenario;
  readonly #tracer: Tracer;
  readonly #seen: Seen[] = [];
  readonly #spans: Span[] = [];
  readonly #unsampled = new Set<Span>();
  /** The objects that were passed to the latest call. */
  readonly #passed: unknown[] = [];
  #sampling: Sampling = { decision: 2, attributes: "undefined", traceState: false };
  #ids = 0;

  constructor(side: Side, scenario: Scenario) {
    this.#scenario = scenario;
    const next = (width: number) => (): string => {
      this.#ids += 1;
      return this.#ids.toString(16).padStart(width, "0");
    };
    this.#tracer = side({
      limits: scenario.limits,
      sampler: { shouldSample: (...requested) => this.#sample(...requested), toString: () => "scenario" },
      idGenerator: { generateSpanId: next(16), generateTraceId: next(32) },
      processor: this.#processor(),
      exporter: {
        export: (spans, done: (result: ExportResult) => void) => {
          for (const span of spans) this.#note("exporter", snapshot(span));
          done({ code: 0 });
        },
        shutdown: async () => {},
      },
    });
  }

  run(): Seen[] {
    this.#steps(this.#scenario.steps);
    for (const span of this.#spans) if (span.isRecording()) span.end();
    for (const span of this.#spans) if (isReadable(span)) this.#note("afterwards", snapshot(span));
    return this.#seen;
  }

  #note(by: Seen["by"], fields: Record<string, unknown>): void {
    this.#seen.push({ by, fields });
  }

  #processor(): SpanProcessor {
    const { onStart, onEnding, readsEarly, redacts } = this.#scenario;
    return {
      onStart: (span) => {
        if (readsEarly) this.#note("onStart", snapshot(span));
        for (const call of onStart) this.#call(span, call);
      },
      onEnding: (span) => {
        if (readsEarly) this.#note("onEnding", snapshot(span));
        for (const call of onEnding) this.#call(span, call);
      },
      onEnd: (span) => {
        this.#note("record", recordOf(span));
        this.#note("onEnd", snapshot(span));
        if (!redacts) return;
        const { attributes } = span;
        delete attributes["a"];
        attributes["redacted"] = "yes";
        this.#note("record", recordOf(span));
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
  }

  /** A child of an unsampled span is unsampled. */
  #sample(...[context, traceId, name, kind, attributes, links]: Parameters<Sampler["shouldSample"]>): SamplingResult {
    const parent = trace.getSpan(context);
    if (parent !== undefined && this.#unsampled.has(parent)) return { decision: NOT_RECORD };
    this.#note("sampler", { traceId, name, kind, attributes: copy(attributes), links: links.map(linkFields) });
    const { decision, attributes: bag, traceState } = this.#sampling;
    const args = this.#attributes(bag);
    return {
      decision,
      ...(typeof args === "object" && args !== null ? { attributes: args as Record<string, string> } : {}),
      ...(traceState ? { traceState: createTraceState("vendor=sampled") } : {}),
    };
  }

  #steps(steps: readonly Step[]): void {
    for (const step of steps) {
      tick(step.tick);
      if (step.do === "call") {
        const span = this.#spanAt(step.span);
        if (span !== undefined) this.#call(span, step);
      } else this.#start(step);
    }
  }

  #spanAt(index: number): Span | undefined {
    return this.#spans[index % Math.max(this.#spans.length, 1)];
  }

  #start(step: Step & { do: "start" | "startActive" }): void {
    this.#sampling = step.sampling;
    const name = NAMES.get(step.name)?.() as string;
    const options = step.options === "undefined" ? undefined : this.#options(step.options);
    const parent = this.#contextOf(step.parent);
    if (step.do === "start") {
      this.#started(this.#tracer.startSpan(name, options, parent));
      return;
    }
    const inside = (span: Span): string => {
      this.#started(span);
      this.#note("caller", { active: trace.getActiveSpan() === span });
      this.#steps(step.inside);
      return "returned";
    };
    const result =
      parent === undefined
        ? this.#tracer.startActiveSpan(name, options ?? {}, inside)
        : this.#tracer.startActiveSpan(name, options ?? {}, parent, inside);
    this.#note("caller", { result });
  }

  #started(span: Span): void {
    this.#spoil();
    this.#spans.push(span);
    const recording = span.isRecording();
    if (!recording && trace.isSpanContextValid(span.spanContext())) this.#unsampled.add(span);
    this.#note("caller", { recording, spanContext: contextFields(span.spanContext()) });
  }

  #options({ kind, attributes, links, startTime, root }: StartOptions): SpanOptions {
    return {
      ...(kind === "undefined" ? {} : { kind: (kind === "wrong" ? "SERVER" : kind) as number }),
      attributes: this.#attributes(attributes) as never,
      ...(links === "undefined" ? {} : { links: links.map((link) => this.#link(link)) }),
      startTime: TIMES.get(startTime)?.() as never,
      root,
    };
  }

  #attributes(bag: Bag): unknown {
    const attributes = attributesOf(bag);
    if (typeof attributes === "object" && attributes !== null) {
      this.#passed.push(attributes, ...Object.values(attributes));
    }
    return attributes;
  }

  /** Changes what was passed, as callers that reuse an object do. */
  #spoil(): void {
    for (const value of this.#passed.splice(0)) {
      if (Array.isArray(value)) value.push("later");
      else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
        Object.assign(value, { later: "later" });
      }
    }
  }

  #link({ context, attributes }: LinkData): Link {
    const spanContext = this.#spanAt(context)?.spanContext() ?? REMOTE;
    return { context: spanContext, attributes: this.#attributes(attributes) as never };
  }

  #contextOf(parent: ParentData): Context | undefined {
    switch (parent) {
      case "active":
        return undefined;
      case "root":
        return ROOT_CONTEXT;
      case "remote":
        return trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceState: createTraceState("vendor=remote") });
      case "remote unsampled":
        return trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceFlags: 0 });
      case "invalid":
        return trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT);
      case "suppressed":
        return suppressTracing(contextApi.active());
      default: {
        const span = this.#spanAt(parent.span);
        return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
      }
    }
  }

  #call(span: Span | RecordingSpan, call: SpanCall): void {
    const result = this.#make(span, call);
    this.#spoil();
    this.#note("caller", { call: call.call, chained: result === span, recording: span.isRecording() });
  }

  #make(span: Span, call: SpanCall): unknown {
    const timeOf = (name: string): never => TIMES.get(name)?.() as never;
    switch (call.call) {
      case "setAttribute": {
        const value = VALUES.get(call.value)?.make();
        this.#passed.push(value);
        return span.setAttribute(call.key, value as never);
      }
      case "setAttributes":
        return span.setAttributes(this.#attributes(call.attributes) as never);
      case "addEvent": {
        const name = NAMES.get(call.name)?.() as string;
        const { second } = call;
        if (typeof second === "object" && "time" in second)
          return span.addEvent(name, timeOf(second.time), timeOf(call.time));
        return span.addEvent(name, this.#attributes(second) as never, timeOf(call.time));
      }
      case "addLink":
        return span.addLink(this.#link(call.link));
      case "addLinks":
        return span.addLinks(call.links.map((link) => this.#link(link)));
      case "recordException":
        return span.recordException(EXCEPTIONS.get(call.exception)?.() as never, timeOf(call.time));
      case "setStatus":
        return span.setStatus(STATUSES.get(call.status)?.() as never);
      case "updateName":
        return span.updateName(NAMES.get(call.name)?.() as string);
      case "end":
        return span.end(timeOf(call.time));
    }
  }
}

function attributesOf(bag: Bag): unknown {
  if (bag === "null") return null;
  if (bag === "number") return 5;
  if (bag === "function") return () => "text";
  if (bag === "undefined") return undefined;
  return Object.fromEntries(bag.map(([key, value]) => [key, VALUES.get(value)?.make()]));
}

const isReadable = (span: Span): span is RecordingSpan => "startTime" in span;
const copy = (attributes: object): object => ({ ...attributes });

/** What a processor or exporter reads of a span, copied: both change later. */
function snapshot(span: ReadableSpan): Record<string, unknown> {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: contextFields(span.spanContext()),
    parentSpanContext: span.parentSpanContext && contextFields(span.parentSpanContext),
    startTime: [...span.startTime],
    endTime: [...span.endTime],
    duration: [...span.duration],
    ended: span.ended,
    status: { ...span.status },
    attributes: copy(span.attributes),
    events: span.events.map(({ name, time, attributes, droppedAttributesCount }) => ({
      name,
      time: [...time],
      attributes: copy(attributes ?? {}),
      dropped: droppedAttributesCount ?? 0,
    })),
    links: span.links.map(linkFields),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    resource: span.resource.attributes,
    scope: { ...span.instrumentationScope },
  };
}

function contextFields({ traceId, spanId, traceFlags, traceState, isRemote }: SpanContext): object {
  return { traceId, spanId, traceFlags, traceState: traceState?.serialize(), isRemote: isRemote === true };
}

function linkFields({ context, attributes, droppedAttributesCount }: Link): object {
  return { context: contextFields(context), attributes: copy(attributes ?? {}), dropped: droppedAttributesCount ?? 0 };
}

/** What an encoder reads of the attributes and times of an ended span. */
function recordOf(span: ReadableSpan): Record<string, unknown> {
  const { attributeKeys, attributeValues, startMicros, durationMicros } = spanRecord(span);
  const entries = attributeKeys.map((key, index) => [key, attributeValues[index]] as const);
  const { startTime, endTime } = span;
  return {
    attributes: Object.fromEntries(entries),
    count: entries.length,
    startMicros,
    durationMicros,
    startTime,
    endTime,
  };
}
