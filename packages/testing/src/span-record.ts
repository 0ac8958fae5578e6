/**
 * What the kit keeps of a span: the span itself, its parent in this process, and the order in which
 * things happened.
 */

import type { ReadableSpan } from "@meshtrace/core";
import type { Span } from "@opentelemetry/api";
import { SpanKind } from "@opentelemetry/api";

/** A span of the test, from its start. */
export interface SpanRecord {
  /** The span, with its attributes, events and status. */
  readonly span: ReadableSpan;
  /** The parent, if it is a span of this process. */
  readonly parent: SpanRecord | undefined;
  /** Position of the start among all starts and ends. */
  readonly startedAt: number;
  /** Position of the end; `undefined` while the span is open. */
  endedAt: number | undefined;
  /** Spans without a parent of their own that ran while this one started. */
  readonly openAtStart: readonly SpanRecord[];
  /** Methods that were called after the end, by name. */
  readonly calledAfterEnd: string[];
  /** Attributes that were refused because of the type of their value. */
  readonly refusedAttributes: string[];
  /** Where the span was started. */
  readonly startedBy: Error;
}

const KINDS = {
  [SpanKind.INTERNAL]: "INTERNAL",
  [SpanKind.SERVER]: "SERVER",
  [SpanKind.CLIENT]: "CLIENT",
  [SpanKind.PRODUCER]: "PRODUCER",
  [SpanKind.CONSUMER]: "CONSUMER",
} as const;

/** Name of a span's kind. */
export type KindName = (typeof KINDS)[SpanKind];

export function kindOf({ span }: SpanRecord): KindName {
  return KINDS[span.kind];
}

/** A span that a test can watch: SDKs and core give processors the whole span. */
export type WatchedSpan = Span & ReadableSpan;
