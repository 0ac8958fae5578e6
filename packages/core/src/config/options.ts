/**
 * What `initTracing` takes, settled at once: options before environment before defaults, or every problem.
 */
import type { Attributes, TextMapPropagator } from "@opentelemetry/api";
import type { SpanExporter, SpanLimits } from "@opentelemetry/sdk-trace-node";
import type { ConsoleFormat } from "../export/console/console-exporter.js";
import type { DeliveryOptions } from "../export/http/http-delivery.js";
import type { OnLoss } from "../export/report/loss-log.js";
import { PASS_THROUGH } from "../headers/names.js";
import type { SamplerSetting } from "../sampling/mesh-sampler.js";
import { SETTINGS } from "./environment.js";
import { OPTION_RULES } from "./option-rules.js";
import type { PassThroughChange } from "./parsers.js";
import { settleSampler } from "./sampler-settings.js";
import type { EXPORTER_NAMES, JAEGER_PROTOCOLS, LOG_LEVELS, PROPAGATOR_NAMES } from "./setting-names.js";
import { maskedValue, Settings } from "./settings.js";

/** The hosts that calls carry tracing headers to: all in the mesh, all, none, or those that match. */
export type PropagateTo = "mesh" | "all" | "none" | ((host: string) => boolean) | readonly (string | RegExp)[];

/** What happens to a context from outside: continue its trace, start a new trace linked to it, or ignore it. */
export type Trust = "continue" | "restart" | "ignore";

export type ExporterName = (typeof EXPORTER_NAMES)[number];
export type PropagatorName = (typeof PROPAGATOR_NAMES)[number];
export type JaegerProtocol = (typeof JAEGER_PROTOCOLS)[number];

export interface TracingOptions {
  /** Default: `app.namespace` in Kubernetes, else the name in package.json. */
  readonly serviceName?: string;
  /** Beside what is found of host, process and Kubernetes; wins over it. */
  readonly resourceAttributes?: Attributes;
  /** Default `jaeger`. An array is a fan-out: one slow backend does not hold back another. */
  readonly exporter?: ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[];
  /** The collector's URL, for the one exporter that is named; with several, `jaeger.endpoint` and `zipkin.endpoint`. */
  readonly endpoint?: string;
  /** Sent with every export, for every exporter that is named. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt to export, default 10000. */
  readonly timeoutMs?: number;
  /** `gzip` for bodies over 1 KiB: costs CPU, and helps where the collector is far away. Default `none`. */
  readonly compression?: "gzip" | "none";
  /** For collectors over https: other certificate authorities, a client's certificate, the server's expected name. */
  readonly tls?: DeliveryOptions["tls"];
  /** Told what was lost, why and what to do, at most once a minute and exporter; `diag` is told as well. */
  readonly onReport?: OnLoss;
  readonly jaeger?: {
    readonly endpoint?: string;
    /** Default `http/thrift.binary`. */
    readonly protocol?: JaegerProtocol;
    /** For UDP. Default `localhost`. */
    readonly host?: string;
    /** For UDP. Default 6831 for compact, 6832 for binary. */
    readonly port?: number;
    readonly username?: string;
    readonly password?: string;
    /** Sent as `Authorization: Bearer`. */
    readonly bearerToken?: string;
    /** Bytes of one UDP packet, 1000 to 65507, default 65000. */
    readonly maxPacketSize?: number;
    readonly timeoutMs?: number;
  };
  readonly zipkin?: { readonly endpoint?: string; readonly timeoutMs?: number };
  /** OpenTelemetry's exporter, an optional package, reads everything else from its own variables. */
  readonly otlp?: { readonly protocol?: "grpc" | "http/protobuf" | "http/json" };
  /** Default `waterfall` on a terminal, else `json`. */
  readonly console?: { readonly format?: ConsoleFormat };
  /** Whether SERVER spans take the caller's span ID. Default true. */
  readonly sharedSpan?: boolean;
  /** Asked for roots and deferred decisions; the mesh decides the rest. Default `always_on`. */
  readonly sampler?: SamplerSetting;
  /** Default `["b3multi", "tracecontext"]`; what came in is answered in kind. */
  readonly propagators?: readonly PropagatorName[] | TextMapPropagator;
  /** Headers to forward byte for byte; a list replaces the default set. */
  readonly passThrough?: readonly string[] | PassThroughChange;
  /** The hosts that calls carry headers to. Default `mesh`. */
  readonly propagateTo?: PropagateTo;
  /** How many traces a second `x-b3-flags: 1` may force against the mesh's decision. Default 10; 0 = none. */
  readonly debug?: { readonly perSecond: number };
  /** Default `continue`. */
  readonly trust?: Trust;
  readonly batch?: {
    /** Spans that may wait; one more is dropped and counted. Default 2048. */
    readonly maxQueueSize?: number;
    /** Default 512; never more than may wait. */
    readonly maxExportBatchSize?: number;
    /** Bytes, about, that may wait. Default 32 MiB. */
    readonly maxQueueBytes?: number;
    /** Bytes, about, of one export. Default 4 MiB. One larger span goes alone. */
    readonly maxExportBatchBytes?: number;
    /** Default 5000, to the console 100. */
    readonly scheduledDelayMillis?: number;
    /** Default 30000. */
    readonly exportTimeoutMillis?: number;
  };
  readonly limits?: SpanLimits;
  /** `false`: nothing is flushed at the end of the process but by `shutdown()`. Default SIGTERM, SIGINT, 5000 ms. */
  readonly shutdown?: false | { readonly signals?: readonly NodeJS.Signals[]; readonly timeoutMs?: number };
  /** No spans; headers are still forwarded. Default false. */
  readonly disabled?: boolean;
  /** Of OpenTelemetry's `diag`. Default `info`. A logger that the app gave to `diag` stays, with its own level. */
  readonly logLevel?: (typeof LOG_LEVELS)[number];
  /** `false`: problems become a warning, and the tracer does nothing. Default true. */
  readonly strict?: boolean;
}

const GROUPS = ["jaeger", "zipkin", "otlp", "console", "debug", "batch", "limits", "shutdown"];

/** Settles options and environment. Never throws: mistakes are in `problems`. */
export function resolve(options: TracingOptions, environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Settings();
  if (!isObject(options)) complain(settings, "options", options, "an object of options");
  for (const [name, value] of isObject(options) ? Object.entries(options) : []) {
    if (GROUPS.includes(name) && isObject(value)) {
      for (const [part, one] of Object.entries(value)) settleOption(settings, `${name}.${part}`, one);
    } else settleOption(settings, name, value);
  }
  for (const { option, variables, parser, merged } of SETTINGS) {
    for (const variable of variables) {
      const raw = environment[variable];
      if (raw === undefined || raw === "") continue;
      const value = parser.parse(raw);
      if (value === undefined) complain(settings, variable, maskedValue(option, raw), parser.allowed);
      else if (!settings.has(option)) settings.set(option, value, variable);
      else if (merged)
        settings.set(option, { ...(value as object), ...settings.get<object>(option) }, settings.source(option));
    }
  }
  settleSampler(settings);
  settlePassThrough(settings);
  settleEndpoint(settings);
  return settings;
}

function settleOption(settings: Settings, name: string, value: unknown): void {
  if (value === undefined) return;
  const rule = OPTION_RULES.get(name);
  if (rule?.valid(value)) settings.set(name, value, "option");
  else complain(settings, name, maskedValue(name, value), rule?.allowed ?? notKnown(name));
}

function notKnown(name: string): string {
  if (GROUPS.includes(name)) return `an object of ${known(`${name}.`).join(", ")}`;
  return `unknown option; one of ${known(name).join(", ")}`;
}

/** The names that may stand where `name` was: those of its group, or of the top level. */
function known(name: string): string[] {
  const group = name.slice(0, name.indexOf(".") + 1);
  if (group !== "")
    return [...OPTION_RULES.keys()].filter((one) => one.startsWith(group)).map((one) => one.slice(group.length));
  return [...new Set([...OPTION_RULES.keys()].map((one) => one.replace(/\..*/, "")))];
}

/** Additions and removals, made into the list that they lead to. */
function settlePassThrough(settings: Settings): void {
  const given = settings.get<readonly string[] | PassThroughChange>("passThrough");
  if (!("add" in given || "remove" in given)) return;
  const { add = [], remove = [] } = given;
  const removed = new Set(remove.map((header) => header.toLowerCase()));
  const list = [...PASS_THROUGH, ...add].filter((header) => !removed.has(header.toLowerCase()));
  settings.set("passThrough", list, settings.source("passThrough"));
}

/** `endpoint` goes to the one exporter that is named; with several it could mean any. */
function settleEndpoint(settings: Settings): void {
  if (!settings.has("endpoint")) return;
  const named = [settings.get<ExporterName | readonly ExporterName[]>("exporter")].flat();
  if (named.filter((name) => name === "jaeger" || name === "zipkin" || name === "otlp").length < 2) return;
  const value = maskedValue("endpoint", settings.get("endpoint"));
  complain(settings, "endpoint", value, "only with one exporter; with several, jaeger.endpoint and zipkin.endpoint");
}

function complain(settings: Settings, name: string, value: unknown, allowed: string): void {
  settings.problems.push({ name, value: shown(value), allowed });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
