/**
 * What the protocols differ in: how a server's spans are named, and what they say.
 */
import type { Attributes, Span } from "@opentelemetry/api";
import { HTTP_CAPTURED, methodName, serverAttributes } from "../attributes.js";
import { isProbe } from "../filters.js";
import type { Arrival, Carried } from "./arrival.js";
import { type Ended, finish, type Outcome, type Thrown } from "./outcome.js";

export interface Conventions<Arrived extends Carried, End extends Ended> {
  /** The span's name, before a route is known. */
  readonly spanName: (arrival: Arrived) => string;
  readonly attributes: (arrival: Arrived, query: boolean | undefined) => Attributes;
  /** Requests that are not recorded where the options do not say which. */
  readonly isProbe: (arrival: Arrived) => boolean;
  /** What the attributes of captured headers begin with. */
  readonly captured: { readonly request: string; readonly response: string };
  /** Writes the outcome onto the span, which ends thereafter. */
  readonly finish: (span: Span, end: End, error: Thrown | undefined) => void;
}

export const HTTP: Conventions<Arrival, Outcome> = {
  spanName: ({ method }) => methodName(method),
  attributes: serverAttributes,
  isProbe,
  captured: HTTP_CAPTURED,
  finish,
};
