import type { ResolvedLimits } from "./limits.js";
import type { InstrumentationScope, RecordingSpan, Resource } from "./readable-span.js";

/** What the spans of one tracer have in common. */
export interface SpanSettings {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly limits: ResolvedLimits;
  /** Called before and after a span ends. Never throw. */
  readonly onEnding: (span: RecordingSpan) => void;
  readonly onEnd: (span: RecordingSpan) => void;
}
