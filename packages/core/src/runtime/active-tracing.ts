/**
 * The tracing in force in this process, which adapters read at each request. On a registered
 * symbol: the ESM and the CommonJS build share it.
 */
import {
  context as contextApi,
  diag,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type LogFieldNames, presetNames } from "../config/log-field-names.js";
import type { LogFieldPreset, Trust } from "../config/setting-names.js";
import type { PropagateTo } from "../config/tracing-types.js";
import { ACTIVE_TRACING } from "../process-wide.js";
import { MeshPropagator } from "../propagation/mesh-propagator.js";
import { errorLine } from "../text/error-line.js";
import { AsyncLocalStorageContextManager, type Contexts } from "../tracer/context-manager.js";
import { warnOnce } from "../tracer/misuse.js";
import { MessageCounts } from "./message-counts.js";
import { RequestCounts } from "./request-counts.js";

/** The tracing in force, as adapters read it. */
export interface AdapterTracing {
  /**
   * False before `initTracing()` and when it was disabled: headers are forwarded, and no spans are
   * made.
   */
  readonly enabled: boolean;
  /** Reads and writes headers. */
  readonly propagator: TextMapPropagator;
  /** Makes the spans of adapters. */
  readonly tracer: Tracer;
  /** Tells whether calls to a host carry headers. */
  readonly propagateTo: PropagateTo;
  /** What happens to a caller's context. */
  readonly trust: Trust;
  /** Keeps the current context. */
  readonly contexts: Contexts;
  /** Counts of incoming requests. A server adapter adds each request to one of them. */
  readonly requests: RequestCounts;
  /** What is left out of traces. */
  readonly ignore: IgnoreSettings;
  /** The fields of log lines. */
  readonly log: LogSettings;
  /** Counts of messages. */
  readonly messages: MessageCounts;
  /** Counts a request whose `x-request-id` is not a UUID, which is logged once. */
  requestIdNotUuid(): void;
  /** Counts a call that went out without headers because its host is no propagation target. */
  notPropagatedTo(host: string): void;
}

/** What is left out of traces. */
export interface IgnoreSettings {
  /** Paths of requests; `*` at the end matches anything. */
  readonly paths: readonly string[];
  /** Hosts of calls. */
  readonly hosts: readonly (string | RegExp)[];
  /** Whether calls outside of any span are not recorded. */
  readonly callsWithoutParent: boolean;
}

const NOTHING_IGNORED: IgnoreSettings = { paths: [], hosts: [], callsWithoutParent: false };

/** What the fields of log lines depend on. */
export interface LogSettings {
  /** Their names, unless a call asks for others. */
  readonly names: LogFieldNames;
  /** Whether the backend knows shared spans under their split IDs. */
  readonly splitShared: boolean;
  /** Counts a line or a logger that gets no fields, and logs the reason once. Never throws. */
  failed(what: string, detail: unknown): void;
}

const registry = globalThis as { [ACTIVE_TRACING]?: AdapterTracing };

let fallback: AdapterTracing | undefined;

/** Returns the tracing in force; before `initTracing()` one that only forwards headers. */
export function adapterTracing(): AdapterTracing {
  return registry[ACTIVE_TRACING] ?? forwardingTracing();
}

/** Sets the tracing of every adapter in this process; `undefined` removes it. */
export function setActiveTracing(tracing: AdapterTracing | undefined): void {
  if (tracing === undefined) delete registry[ACTIVE_TRACING];
  else registry[ACTIVE_TRACING] = tracing;
}

function forwardingTracing(): AdapterTracing {
  if (fallback !== undefined) return fallback;
  if (isProviderRegistered()) warn(FORWARDING);
  fallback = {
    enabled: false,
    propagator: new MeshPropagator(),
    tracer: trace.getTracer("@meshtrace/core"),
    propagateTo: "mesh",
    trust: "continue",
    contexts: contextsWithoutManager(),
    requests: new RequestCounts(),
    ignore: NOTHING_IGNORED,
    log: logSettings("default", true),
    messages: new MessageCounts(),
    requestIdNotUuid() {},
    notPropagatedTo() {},
  };
  return fallback;
}

/** Returns the settings of log lines; `onFailure` is called with each failure. */
export function logSettings(preset: LogFieldPreset, splitShared: boolean, onFailure?: () => void): LogSettings {
  return {
    names: presetNames(preset) as LogFieldNames,
    splitShared,
    failed(what, detail) {
      onFailure?.();
      warnOnce(what, errorLine(detail));
    },
  };
}

const FORWARDING =
  "meshtrace: requests are forwarded without spans, because initTracing() was not called. To record them with the tracer " +
  "provider that is registered in OpenTelemetry's API, call initTracing({ tracerProvider }).";

/** Logs to the app's logger, or to the console where the app gave none to OpenTelemetry's API. */
function warn(message: string): void {
  const api = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[Symbol.for("opentelemetry.js.api.1")];
  if (api?.diag === undefined) console.warn(message);
  else diag.warn(message);
}

/** Returns whether the app, or a library, registered a tracer provider in OpenTelemetry's API. */
function isProviderRegistered(): boolean {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  return provider.getDelegate?.() !== new ProxyTracerProvider().getDelegate();
}

/**
 * Returns contexts for a process that may have no context manager which our copy of the API can
 * reach: without one, headers could not be forwarded. It is not registered, so that a library can
 * still register its own later.
 */
export function contextsWithoutManager(): Contexts {
  const own = new AsyncLocalStorageContextManager();
  return {
    active() {
      const registered = contextApi.active();
      return registered === ROOT_CONTEXT ? own.active() : registered;
    },
    with: (context, work, self, ...args) =>
      own.with(
        context,
        () => contextApi.with(context, work as never, self as never, ...args) as ReturnType<typeof work>,
      ),
  };
}
