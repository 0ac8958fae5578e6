/**
 * The types of settings that are particular to tracing: exporters, samplers, propagators, headers,
 * hosts.
 */
import { constants } from "node:os";
import { isRegExp, isUint8Array } from "node:util/types";
import type { Attributes, TextMapPropagator, TracerProvider } from "@opentelemetry/api";
import { isHeaderName } from "../headers/names.js";
import type { SamplerSetting } from "../sampling/mesh-sampler.js";
import type { IdGenerator, SpanExporter, SpanProcessor } from "../tracer/readable-span.js";
import type { ValueType } from "./setting.js";
import {
  EXPORTER_NAMES,
  type ExporterName,
  LOGGERS,
  type LoggerName,
  PROPAGATOR_NAMES,
  type PropagatorName,
} from "./setting-names.js";
import { hasMethods, httpUrl, isObject, items, listOf, MAX_TIMER_MS, number, oneOf, text } from "./value-types.js";

/**
 * The hosts to which calls carry tracing headers: all in the mesh, all, none, or those that match.
 */
export type PropagateTo = "mesh" | "all" | "none" | ((host: string) => boolean) | readonly (string | RegExp)[];

/** A change of the default pass-through set. */
export interface PassThroughChange {
  /** Names of headers to forward as well. */
  readonly add?: readonly string[] | undefined;
  /** Names of headers of the default set that are not forwarded. */
  readonly remove?: readonly string[] | undefined;
}

/** TLS settings of HTTPS exporters, as `node:tls` takes them. */
export interface TlsOptions {
  /** Certificate authorities in PEM; they replace Node's. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** The client's certificate chain in PEM. */
  readonly cert?: string | Buffer | (string | Buffer)[];
  /** The client's private key in PEM. */
  readonly key?: string | Buffer | (string | Buffer)[];
  /** Passphrase of the private key. */
  readonly passphrase?: string;
  /** Name that the server's certificate must have. */
  readonly servername?: string;
}

/** The members of a Map or of `Headers` are not its properties, so that those are refused. */
const isRecord = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && Object.prototype.toString.call(value) === "[object Object]";
const everyEntry = (value: unknown, accepts: (name: string, member: unknown) => boolean): boolean =>
  isRecord(value) && Object.entries(value).every(([name, member]) => accepts(name, member));
const isText = (value: unknown): value is string => text.accepts(value);

// What Node's HTTP client sends (RFC 9110, section 5.5, with obs-text).
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const isHeaderValue = (value: unknown): boolean => typeof value === "string" && HEADER_VALUE.test(value);

export const headers: ValueType<Readonly<Record<string, string>>> = {
  accepts: (value): value is Readonly<Record<string, string>> =>
    everyEntry(value, (name, member) => isHeaderName(name) && isHeaderValue(member)),
  allowed: "an object of header names and texts, without line breaks",
};

/** Text that can be a header's value. */
export const headerText: ValueType<string> = {
  accepts: (value): value is string => isText(value) && isHeaderValue(value),
  parse: (variable) => (isHeaderValue(variable.trim()) ? text.parse?.(variable) : undefined),
  allowed: "text that an HTTP header can carry, without line breaks",
};

/** RFC 7617: the first colon ends the user's name. */
export const userName: ValueType<string> = {
  accepts: (value): value is string => isText(value) && !value.includes(":"),
  parse: (variable) => (variable.includes(":") ? undefined : text.parse?.(variable)),
  allowed: "text without a colon",
};

export const password: ValueType<string> = {
  ...text,
  accepts: (value): value is string => typeof value === "string",
};

const isPem = (value: unknown): boolean => typeof value === "string" || isUint8Array(value);
const isPemOrList = (value: unknown): boolean => (Array.isArray(value) ? value.every(isPem) : isPem(value));
const TLS_MEMBERS: Readonly<Record<keyof TlsOptions, (value: unknown) => boolean>> = {
  ca: isPemOrList,
  cert: isPemOrList,
  key: isPemOrList,
  passphrase: (value) => typeof value === "string",
  servername: (value) => typeof value === "string",
};

export const tls: ValueType<TlsOptions> = {
  accepts: (value): value is TlsOptions =>
    everyEntry(
      value,
      (name, member) =>
        Object.hasOwn(TLS_MEMBERS, name) && (member === undefined || TLS_MEMBERS[name as keyof TlsOptions](member)),
    ),
  allowed: `an object of ${Object.keys(TLS_MEMBERS).join(", ")}: texts, or Buffers for the first three`,
};

const isPrimitive = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

export const attributes: ValueType<Attributes> = {
  accepts: (value): value is Attributes =>
    everyEntry(value, (_name, member) => {
      if (Array.isArray(member))
        return member.every((item) => item === null || item === undefined || isPrimitive(item));
      return member === undefined || isPrimitive(member);
    }),
  allowed: "an object of attributes: texts, numbers, booleans, arrays of them",
  allowedText: "key=value pairs, separated by commas, percent-encoded",
};

const exporterName = oneOf(EXPORTER_NAMES, "exporter");
const isExporter = (value: unknown): value is ExporterName | SpanExporter =>
  exporterName.accepts(value) || hasMethods(value, "export", "shutdown");

export const exporter: ValueType<ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[]> = {
  accepts: (value): value is ExporterName | SpanExporter | readonly (ExporterName | SpanExporter)[] =>
    Array.isArray(value) ? value.every(isExporter) : isExporter(value),
  parse: listOf(exporterName).parse,
  allowed: `${exporterName.allowed}, or an OpenTelemetry SpanExporter`,
  allowedText: exporterName.allowed,
};

const propagatorName = oneOf(PROPAGATOR_NAMES, "propagator");
const isPropagator = (value: unknown): value is TextMapPropagator => hasMethods(value, "inject", "extract", "fields");

export const propagators: ValueType<TextMapPropagator | readonly (PropagatorName | TextMapPropagator)[]> = {
  accepts: (value): value is TextMapPropagator | readonly (PropagatorName | TextMapPropagator)[] =>
    Array.isArray(value)
      ? value.every((item) => propagatorName.accepts(item) || isPropagator(item))
      : isPropagator(value),
  parse: listOf(propagatorName).parse,
  allowed: `${propagatorName.allowed}, or a TextMapPropagator`,
  allowedText: propagatorName.allowed,
};

const RATIO = number(0, 1);
const POLLING = number(1000, MAX_TIMER_MS);

export const sampler: ValueType<SamplerSetting> = {
  accepts(value): value is SamplerSetting {
    if (value === "always_on" || value === "always_off" || RATIO.accepts(value)) return true;
    if (hasMethods(value, "shouldSample")) return true;
    if (!isObject(value) || Object.keys(value).length !== 1) return false;
    const { perSecond, jaegerRemote } = value;
    return number(0).accepts(perSecond) || isJaegerRemote(jaegerRemote);
  },
  allowed:
    "a ratio from 0 to 1, always_on, always_off, { perSecond }, " +
    "{ jaegerRemote: { endpoint, pollingIntervalMs (from 1000), initialRatio (0 to 1) } }, or a Sampler",
};

function isJaegerRemote(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { endpoint, pollingIntervalMs, initialRatio, ...others } = value;
  const polling = pollingIntervalMs === undefined || POLLING.accepts(pollingIntervalMs);
  const ratio = initialRatio === undefined || RATIO.accepts(initialRatio);
  return httpUrl.accepts(endpoint) && polling && ratio && Object.keys(others).length === 0;
}

export const spanProcessors: ValueType<readonly SpanProcessor[]> = {
  accepts: (value): value is readonly SpanProcessor[] =>
    Array.isArray(value) && value.every((item) => hasMethods(item, "onStart", "onEnd", "forceFlush", "shutdown")),
  allowed: "an array of OpenTelemetry SpanProcessors",
};

export const idGenerator: ValueType<IdGenerator> = {
  accepts: (value): value is IdGenerator => hasMethods(value, "generateTraceId", "generateSpanId"),
  allowed: "an OpenTelemetry IdGenerator",
};

export const tracerProvider: ValueType<TracerProvider> = {
  accepts: (value): value is TracerProvider => hasMethods(value, "getTracer"),
  allowed: "an OpenTelemetry TracerProvider",
};

const headerName: ValueType<string> = {
  accepts: (value): value is string => typeof value === "string" && isHeaderName(value),
  parse: (variable) => (isHeaderName(variable) ? variable.toLowerCase() : undefined),
  allowed: "header names",
};
const headerNames = listOf(headerName);

export const passThrough: ValueType<readonly string[] | PassThroughChange> = {
  accepts: (value): value is readonly string[] | PassThroughChange =>
    headerNames.accepts(value) ||
    everyEntry(
      value,
      (name, list) => (name === "add" || name === "remove") && (list === undefined || headerNames.accepts(list)),
    ),
  parse(variable) {
    const parts = items(variable);
    const signed = parts.filter((part) => /^[+-]/.test(part));
    if (signed.length === 0) return headerNames.parse(variable);
    const names = headerNames.parse(parts.map((part) => part.slice(1)).join(","));
    if (names === undefined || signed.length < parts.length) return undefined;
    const under = (sign: string): string[] => names.filter((_, index) => parts[index]?.startsWith(sign));
    return { add: under("+"), remove: under("-") };
  },
  allowed: "header names, or { add, remove } of them",
  allowedText: "header names, separated by commas; or each with + or -, to change the default set",
};

const isHosts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isText(item) || isRegExp(item));

export const propagateTo: ValueType<PropagateTo> = {
  accepts: (value): value is PropagateTo =>
    typeof value === "function" || ["mesh", "all", "none"].includes(value as string) || isHosts(value),
  parse: listOf(text).parse,
  allowed: "mesh, all, none, an array of hosts, *.suffix and RegExp, or a function",
  allowedText: "mesh, all, none, hosts, *.suffix; separated by commas",
};

const loggerName = oneOf(LOGGERS, "logger");

export const loggers: ValueType<readonly LoggerName[]> = {
  ...listOf(loggerName),
  allowed: `an array of ${LOGGERS.join(", ")}`,
  allowedText: `${LOGGERS.join(", ")}; separated by commas`,
};

// Node cannot listen to these two.
const SIGNALS = Object.keys(constants.signals).filter((name) => name !== "SIGKILL" && name !== "SIGSTOP");

export const signals: ValueType<readonly NodeJS.Signals[]> = {
  accepts: (value): value is readonly NodeJS.Signals[] =>
    Array.isArray(value) && value.every((item) => SIGNALS.includes(item as string)),
  allowed: "an array of signals that a process can listen to",
};

export const off: ValueType<false> = {
  accepts: (value) => value === false,
  allowed: "false, or { signals, timeoutMs }",
};
