/**
 * What each option of `initTracing` takes. A name that has no rule is unknown.
 */

import { constants } from "node:os";
import { isHeaderName } from "../headers/names.js";
import { httpUrl } from "./parsers.js";
import {
  CONSOLE_FORMATS,
  EXPORTER_NAMES,
  JAEGER_PROTOCOLS,
  LOG_LEVELS,
  PROPAGATOR_NAMES,
  TRUST,
} from "./setting-names.js";

export interface OptionRule {
  readonly valid: (value: unknown) => boolean;
  readonly allowed: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const isFunction = (value: unknown): boolean => typeof value === "function";
const isOneOf = (names: readonly string[]) => (value: unknown) => names.includes(value as string);
const has = (value: unknown, ...members: string[]): boolean =>
  typeof value === "object" && value !== null && members.every((name) => isFunction((value as never)[name]));
const isExporter = (value: unknown): boolean => has(value, "export", "shutdown");
// Those that a process can listen to.
const SIGNALS = new Set(Object.keys(constants.signals));
for (const deaf of ["SIGKILL", "SIGSTOP"]) SIGNALS.delete(deaf);

const text: OptionRule = { valid: isText, allowed: "text" };
const anyText: OptionRule = { valid: (value) => typeof value === "string", allowed: "text" };
const flag: OptionRule = { valid: (value) => typeof value === "boolean", allowed: "true or false" };
const url: OptionRule = {
  valid: (value) => isText(value) && httpUrl.parse(value) !== undefined,
  allowed: httpUrl.allowed,
};
const names = (allowed: readonly string[]): OptionRule => ({
  valid: isOneOf(allowed),
  allowed: `one of ${allowed.join(", ")}`,
});

function numeric(least: number, most = Number.POSITIVE_INFINITY, whole = true): OptionRule {
  const kind = whole ? "a whole number" : "a number";
  return {
    valid: (value) =>
      typeof value === "number" &&
      value >= least &&
      value <= most &&
      (!whole || Number.isInteger(value) || value === most),
    allowed: Number.isFinite(most) ? `${kind} from ${least} to ${most}` : `${kind} of at least ${least}`,
  };
}

const headerNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === "string" && isHeaderName(name));
const headers: OptionRule = {
  valid: (value) =>
    isObject(value) && Object.entries(value).every(([name, one]) => isHeaderName(name) && typeof one === "string"),
  allowed: "an object of header names and texts",
};
const compression = names(["gzip", "none"]);
const TLS = ["ca", "cert", "key", "passphrase", "servername"];
const LONGEST_MS = 2 ** 31 - 1;
const milliseconds = numeric(1, LONGEST_MS, false);
const millisecondsOrNone = numeric(0, LONGEST_MS, false);

export const OPTION_RULES: ReadonlyMap<string, OptionRule> = new Map(
  Object.entries({
    serviceName: text,
    resourceAttributes: { valid: isObject, allowed: "an object of attributes" },
    exporter: {
      valid: (value) => [value].flat().every((one) => isOneOf(EXPORTER_NAMES)(one) || isExporter(one)),
      allowed: `unknown exporter; one of ${EXPORTER_NAMES.join(", ")}, or an OpenTelemetry SpanExporter`,
    },
    endpoint: url,
    headers,
    timeoutMs: milliseconds,
    compression,
    "jaeger.endpoint": url,
    "jaeger.protocol": names(JAEGER_PROTOCOLS),
    "jaeger.host": text,
    "jaeger.port": numeric(1, 65_535),
    "jaeger.username": anyText,
    "jaeger.password": anyText,
    "jaeger.bearerToken": text,
    "jaeger.maxPacketSize": numeric(1000, 65_507),
    "jaeger.timeoutMs": milliseconds,
    "zipkin.endpoint": url,
    "zipkin.timeoutMs": milliseconds,
    "otlp.protocol": names(["grpc", "http/protobuf", "http/json"]),
    "console.format": names(CONSOLE_FORMATS),
    tls: {
      valid: (value) => isObject(value) && Object.keys(value).every(isOneOf(TLS)),
      allowed: `an object of ${TLS.join(", ")}`,
    },
    onReport: { valid: isFunction, allowed: "a function" },
    sharedSpan: flag,
    sampler: {
      valid: isSampler,
      allowed:
        "a ratio from 0 to 1, always_on, always_off, { perSecond }, " +
        "{ jaegerRemote: { endpoint, pollingIntervalMs (from 1000), initialRatio (0 to 1) } }, or a Sampler",
    },
    propagators: {
      valid: (value) =>
        Array.isArray(value) ? value.every(isOneOf(PROPAGATOR_NAMES)) : has(value, "inject", "extract", "fields"),
      allowed: `unknown propagator; one of ${PROPAGATOR_NAMES.join(", ")}, or a TextMapPropagator`,
    },
    passThrough: {
      valid: (value) =>
        headerNames(value) ||
        (isObject(value) &&
          Object.entries(value).every(
            ([key, list]) => (key === "add" || key === "remove") && (list === undefined || headerNames(list)),
          )),
      allowed: "header names, or { add, remove } of them",
    },
    propagateTo: {
      valid: isPropagateTo,
      allowed: "mesh, all, none, an array of hosts, *.suffix and RegExp, or a function",
    },
    "debug.perSecond": numeric(0, Number.POSITIVE_INFINITY, false),
    trust: names(TRUST),
    "batch.maxQueueSize": numeric(1),
    "batch.maxExportBatchSize": numeric(1),
    "batch.maxQueueBytes": numeric(1),
    "batch.maxExportBatchBytes": numeric(1),
    "batch.scheduledDelayMillis": millisecondsOrNone,
    "batch.exportTimeoutMillis": milliseconds,
    "limits.attributeCountLimit": numeric(0),
    "limits.eventCountLimit": numeric(0),
    "limits.linkCountLimit": numeric(0),
    "limits.attributePerEventCountLimit": numeric(0),
    "limits.attributePerLinkCountLimit": numeric(0),
    "limits.attributeValueLengthLimit": numeric(0),
    shutdown: { valid: (value) => value === false, allowed: "false, or { signals, timeoutMs }" },
    "shutdown.signals": {
      valid: (value) => Array.isArray(value) && value.every((one) => SIGNALS.has(one)),
      allowed: "an array of signals that can be listened to",
    },
    "shutdown.timeoutMs": millisecondsOrNone,
    disabled: flag,
    logLevel: names(LOG_LEVELS),
    strict: flag,
  } satisfies Record<string, OptionRule>),
);

function isSampler(value: unknown): boolean {
  if (value === "always_on" || value === "always_off") return true;
  if (typeof value === "number") return value >= 0 && value <= 1;
  if (!isObject(value)) return false;
  if (isFunction(value["shouldSample"])) return true;
  const [name, ...more] = Object.keys(value);
  if (more.length > 0) return false;
  if (name === "perSecond") return typeof value[name] === "number" && value[name] >= 0;
  return name === "jaegerRemote" && isObject(value[name]) && isJaegerRemote(value[name]);
}

function isJaegerRemote({ endpoint, pollingIntervalMs, initialRatio, ...others }: Record<string, unknown>): boolean {
  const polling = pollingIntervalMs === undefined || numeric(1000, LONGEST_MS, false).valid(pollingIntervalMs);
  const ratio = initialRatio === undefined || numeric(0, 1, false).valid(initialRatio);
  return url.valid(endpoint) && polling && ratio && Object.keys(others).length === 0;
}

function isPropagateTo(value: unknown): boolean {
  if (isFunction(value) || isOneOf(["mesh", "all", "none"])(value)) return true;
  return Array.isArray(value) && value.every((one) => isText(one) || one instanceof RegExp);
}
