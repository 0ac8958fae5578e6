/** A mistake in how an app traces, as one line. */

import type { MeshRequest } from "../mesh-request.js";
import type { OutgoingCall } from "../outgoing-calls.js";
import type { SpanRecord } from "../span-record.js";

/** Name of a mistake, stable over versions. */
export type FindingRule =
  | "span-never-ended"
  | "ended-after-parent"
  | "started-after-parent-ended"
  | "context-lost"
  | "double-server-span"
  | "double-call-span"
  | "ended-twice"
  | "changed-after-end"
  | "attribute-refused"
  | "value-in-name"
  | "error-not-recorded"
  | "request-not-traced"
  | "request-not-joined"
  | "request-not-sampled"
  | "headers-dropped"
  | "request-id-dropped"
  | "headers-of-another-trace"
  | "headers-copied"
  | "duplicate-id"
  | "two-tracing-libraries";

/** A mistake that a test kit found. */
export interface Finding {
  /** The kind of mistake. */
  readonly rule: FindingRule;
  /** What is wrong and how to cure it, in one line. */
  readonly message: string;
  /** The span, where there is one. */
  readonly span?: SpanRecord["span"];
}

/** What the rules look at. */
export interface Observed {
  readonly records: readonly SpanRecord[];
  readonly calls: readonly OutgoingCall[];
  readonly requests: readonly MeshRequest[];
  readonly recordOf: (span: object | undefined) => SpanRecord | undefined;
}

export function finding(rule: FindingRule, sentence: string, record?: SpanRecord): Finding {
  const message = `${rule}: ${sentence}`;
  return record === undefined ? { rule, message } : { rule, message, span: record.span };
}

export const named = ({ span }: SpanRecord): string => `\`${span.name}\``;
