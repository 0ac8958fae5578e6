/**
 * What `initTracing` takes, settled at once: options before environment before defaults, or every problem.
 */
import type { Attributes, TextMapPropagator } from "@opentelemetry/api";
import type { SpanExporter, SpanLimits } from "@opentelemetry/sdk-trace-node";
import type { PropagateTo, Trust } from "./active-tracing.js";
import { EXPORTER_NAMES, LOG_LEVELS, PROPAGATOR_NAMES, type SAMPLER_NAMES, VARIABLES } from "./environment.js";
import { PASS_THROUGH } from "./mesh-headers.js";
import type { SamplerSetting } from "./sampler.js";

export type ExporterName = (typeof EXPORTER_NAMES)[number];
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];

export interface TracingOptions {
  /** Default: `app.namespace` in Kubernetes, else the name in package.json. */
  readonly serviceName?: string;
  readonly resourceAttributes?: Attributes;
  /** Default `jaeger`. An array is a fan-out. */
  readonly exporter?: ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[];
  /** The collector's URL. */
  readonly endpoint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt to export, default 10000. */
  readonly timeoutMs?: number;
  readonly jaeger?: { readonly username?: string; readonly password?: string };
  /** Whether SERVER spans take the caller's span ID. Default true. */
  readonly sharedSpan?: boolean;
  /** Asked for roots and deferred decisions; the mesh decides the rest. Default `always_on`. */
  readonly sampler?: SamplerSetting;
  readonly propagators?: readonly PropagatorName[] | TextMapPropagator;
  readonly passThrough?: readonly string[] | { readonly add?: readonly string[]; readonly remove?: readonly string[] };
  readonly propagateTo?: PropagateTo;
  readonly debug?: { readonly perSecond: number };
  readonly trust?: Trust;
  readonly batch?: {
    readonly maxQueueSize?: number;
    readonly maxExportBatchSize?: number;
    readonly scheduledDelayMillis?: number;
    readonly exportTimeoutMillis?: number;
  };
  readonly limits?: SpanLimits;
  readonly shutdown?: false | { readonly signals?: readonly NodeJS.Signals[]; readonly timeoutMs?: number };
  readonly disabled?: boolean;
  readonly logLevel?: (typeof LOG_LEVELS)[number];
  /** `false`: problems become a warning, and the tracer does nothing. Default true. */
  readonly strict?: boolean;
}

const OPTION_NAMES = [
  "serviceName",
  "resourceAttributes",
  "exporter",
  "endpoint",
  "headers",
  "timeoutMs",
  "jaeger",
  "sharedSpan",
  "sampler",
  "propagators",
  "passThrough",
  "propagateTo",
  "debug",
  "trust",
  "batch",
  "limits",
  "shutdown",
  "disabled",
  "logLevel",
  "strict",
] as const satisfies readonly (keyof TracingOptions)[];

/** One mistake: the variable or option, its value, and what is allowed. */
export interface ConfigProblem {
  readonly name: string;
  readonly value: string;
  readonly allowed: string;
}

/** Every mistake of a start-up at once. */
export class TracingConfigError extends Error {
  override readonly name = "TracingConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ name, value, allowed }) => `${name}=${value}: ${allowed}`).join("\n"));
    this.problems = problems;
  }
}

/** A settled value and where it came from: `option`, the variable's name, or `default`. */
export interface Setting {
  readonly value: unknown;
  readonly source: string;
}

/** Everything settled, by name; `problems` is empty when all is well. */
export class Settings {
  readonly all = new Map<string, Setting>();
  readonly problems: ConfigProblem[] = [];

  /** The value under `name`, or `fallback`, which is recorded as the default. */
  get<Value>(name: string, fallback: Value): Value {
    const found = this.all.get(name);
    if (found !== undefined) return found.value as Value;
    this.all.set(name, { value: fallback, source: "default" });
    return fallback;
  }
}

const OPTION_RULES: Readonly<
  Record<string, { readonly valid: (value: unknown) => boolean; readonly allowed: string }>
> = {
  serviceName: { valid: isText, allowed: "text" },
  exporter: {
    valid: (value) => [value].flat().every((one) => EXPORTER_NAMES.includes(one as "none") || isExporter(one)),
    allowed: `unknown exporter; one of ${EXPORTER_NAMES.join(", ")}, or an OpenTelemetry SpanExporter`,
  },
  endpoint: {
    valid: (value) => isText(value) && /^https?:\/\//.test(value as string) && URL.canParse(value as string),
    allowed: "a URL that starts with http:// or https://",
  },
  timeoutMs: { valid: isPositive, allowed: "a number of milliseconds" },
  sharedSpan: { valid: isBoolean, allowed: "true or false" },
  sampler: {
    valid: (value) =>
      value === "always_on" ||
      value === "always_off" ||
      (typeof value === "number" && value >= 0 && value <= 1) ||
      (typeof value === "object" &&
        value !== null &&
        ("shouldSample" in value || isPositive((value as { perSecond?: unknown }).perSecond))),
    allowed: "a ratio from 0 to 1, always_on, always_off, { perSecond }, or a Sampler",
  },
  propagators: {
    valid: (value) =>
      !Array.isArray(value) ? typeof value === "object" : value.every((one) => PROPAGATOR_NAMES.includes(one)),
    allowed: `unknown propagator; one of ${PROPAGATOR_NAMES.join(", ")}, or a TextMapPropagator`,
  },
  trust: {
    valid: (value) => ["continue", "restart", "ignore"].includes(value as string),
    allowed: "one of continue, restart, ignore",
  },
  disabled: { valid: isBoolean, allowed: "true or false" },
  logLevel: { valid: (value) => LOG_LEVELS.includes(value as "info"), allowed: `one of ${LOG_LEVELS.join(", ")}` },
};

/** Settles options and environment. Never throws: mistakes are in `problems`. */
export function resolve(options: TracingOptions, environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Settings();
  for (const [name, value] of Object.entries(options)) settleOption(settings, name, value);
  for (const { name, option, parser } of VARIABLES) {
    const raw = environment[name];
    if (raw === undefined || raw === "") continue;
    const value = parser.parse(raw);
    if (value === undefined) settings.problems.push({ name, value: raw, allowed: parser.allowed });
    else if (!settings.all.has(option)) settings.all.set(option, { value, source: name });
  }
  settleSampler(settings);
  return settings;
}

function settleOption(settings: Settings, name: string, value: unknown): void {
  if (value === undefined) return;
  if (!OPTION_NAMES.includes(name as "strict")) {
    settings.problems.push({
      name,
      value: String(value),
      allowed: `unknown option; one of ${OPTION_NAMES.join(", ")}`,
    });
    return;
  }
  const rule = OPTION_RULES[name];
  if (rule !== undefined && !rule.valid(value)) {
    settings.problems.push({ name, value: String(value), allowed: rule.allowed });
    return;
  }
  const settle = (as: string, part: unknown): void =>
    void (part !== undefined && settings.all.set(as, { value: part, source: "option" }));
  const parts = value as Record<string, unknown>;
  if (name === "batch" || name === "limits" || name === "jaeger") {
    for (const [part, one] of Object.entries(parts)) settle(part, one);
  } else if (name === "debug") settle("debugPerSecond", parts["perSecond"]);
  else if (name === "shutdown") {
    settle("shutdown", value !== false);
    if (value !== false) {
      settle("shutdownTimeoutMs", parts["timeoutMs"]);
      settle("signals", parts["signals"]);
    }
  } else if (name === "passThrough" && !Array.isArray(value)) {
    const { add = [], remove = [] } = value as { add?: string[]; remove?: string[] };
    settle(
      name,
      [...PASS_THROUGH, ...add].filter((header) => !remove.includes(header)),
    );
  } else settle(name, value);
}

/** The name in OTEL_TRACES_SAMPLER and its argument make one sampler. The mesh's decision always comes first. */
function settleSampler(settings: Settings): void {
  const named = settings.all.get("sampler");
  if (named?.source !== "OTEL_TRACES_SAMPLER") return;
  const name = (named.value as (typeof SAMPLER_NAMES)[number]).replace("parentbased_", "");
  const value = name === "traceidratio" ? settings.get("samplerArgument", 1) : name;
  settings.all.set("sampler", { value, source: named.source });
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}
function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}
function isExporter(value: unknown): boolean {
  return typeof (value as SpanExporter | null)?.export === "function";
}
