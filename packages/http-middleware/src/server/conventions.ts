/**
 * What differs between protocols: names of spans, attributes, probes and outcomes.
 */
import { type Overlap, overlapOf } from "@meshtrace/core/adapter";
import { type Span, SpanKind } from "@opentelemetry/api";
import { type AttributeTarget, HTTP_CAPTURED, methodName } from "../http-conventions.js";
import type { Arrival, Carried } from "./arrival.js";
import { setServerAttributes } from "./attributes.js";
import { type Ended, finish, type Outcome, type Thrown } from "./outcome.js";
import { isProbe } from "./probes.js";
import { pathOf } from "./request-target.js";

export interface Conventions<Arrived extends Carried, End extends Ended> {
  /** Returns the span's name while the route is unknown. */
  readonly spanName: (arrival: Arrived) => string;
  /** Writes what the request says. `trusted`: whether the caller's headers are. */
  readonly setAttributes: (
    target: AttributeTarget,
    arrival: Arrived,
    captureQuery: boolean | undefined,
    trusted: boolean,
  ) => void;
  /** Selects the probes, which are not recorded without the option `ignore`. */
  readonly isProbe: (arrival: Arrived) => boolean;
  /** Path of the request, without the query. */
  readonly path: (arrival: Arrived) => string;
  /** The instrumentation of OpenTelemetry that traces the same requests. */
  readonly overlap: Overlap;
  /** Prefixes of the attributes of captured headers. */
  readonly captured: { readonly request: string; readonly response: string };
  /** Writes the outcome onto the span, before the span ends. */
  readonly finish: (span: Span, end: End, error: Thrown | undefined) => void;
}

export const HTTP: Conventions<Arrival, Outcome> = {
  spanName: ({ method }) => methodName(method),
  setAttributes: setServerAttributes,
  isProbe,
  path: ({ target }) => pathOf(target),
  overlap: overlapOf("http", SpanKind.SERVER),
  captured: HTTP_CAPTURED,
  finish,
};
