/**
 * What the protocols differ in: how a server's spans are named, and what they say.
 */
import type { Span } from "@opentelemetry/api";
import { type AttributeTarget, HTTP_CAPTURED, methodName } from "../http-conventions.js";
import type { Arrival, Carried } from "./arrival.js";
import { setServerAttributes } from "./attributes.js";
import { type Ended, finish, type Outcome, type Thrown } from "./outcome.js";
import { isProbe } from "./probes.js";

export interface Conventions<Arrived extends Carried, End extends Ended> {
  /** The span's name, before a route is known. */
  readonly spanName: (arrival: Arrived) => string;
  /** Writes what the request says. */
  readonly setAttributes: (target: AttributeTarget, arrival: Arrived, captureQuery: boolean | undefined) => void;
  /** Requests that are not recorded where the options do not say which. */
  readonly isProbe: (arrival: Arrived) => boolean;
  /** What the attributes of captured headers begin with. */
  readonly captured: { readonly request: string; readonly response: string };
  /** Writes the outcome onto the span, which ends thereafter. */
  readonly finish: (span: Span, end: End, error: Thrown | undefined) => void;
}

export const HTTP: Conventions<Arrival, Outcome> = {
  spanName: ({ method }) => methodName(method),
  setAttributes: setServerAttributes,
  isProbe,
  captured: HTTP_CAPTURED,
  finish,
};
