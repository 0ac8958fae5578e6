/** Rules of the span and the tracer, each with a change of the source that removes it. */

export interface Mutation {
  readonly rule: string;
  /** The file in `src/tracer/`. */
  readonly file: string;
  readonly source: string;
  readonly mutated: string;
  /** SDK 2.x has no such rule. */
  readonly only3?: boolean;
}

const mutation = (rule: string, file: string, source: string, mutated: string, only3 = false): Mutation => ({
  rule,
  file,
  source,
  mutated,
  only3,
});
const span = (rule: string, source: string, mutated: string, only3 = false): Mutation =>
  mutation(rule, "span.ts", source, mutated, only3);
const tracer = (rule: string, source: string, mutated: string): Mutation =>
  mutation(rule, "tracer.ts", source, mutated);

export const MUTATIONS: readonly Mutation[] = [
  // The end
  span("a span ends once", 'if (this.ended) {\n      warnOnce("end()', 'if (false) {\n      warnOnce("end()'),
  span("nothing changes after the end", "return !this.ended;\n  }\n}", "return true;\n  }\n}"),
  span("onEnding is called", "this.settings.onEnding(this);", ""),
  span(
    "onEnding comes before the end",
    "this.settings.onEnding(this);\n    this.ended = true;",
    "this.ended = true;\n    this.settings.onEnding(this);",
  ),
  span("a span that ends before it starts has no duration", "if (!negative) return;", "return;"),
  span("the end time is kept", "endTime === undefined ? undefined : hrTimeOf(endTime, this.clockOrigin)", "undefined"),
  // Attributes
  mutation(
    "attributes have a count limit",
    "attribute-list.ts",
    "index < 0 && this.keys.length >= limits.attributeCountLimit",
    "false",
  ),
  mutation(
    "the limit holds after attributes were read",
    "attribute-list.ts",
    "Object.keys(object).length >= limits.attributeCountLimit",
    "false",
  ),
  mutation(
    "a key can be set again at the limit",
    "attribute-list.ts",
    "index < 0 && this.keys.length",
    "this.keys.length",
  ),
  mutation(
    "dropped attributes are counted",
    "attribute-list.ts",
    "this.dropped += 1;\n      return;\n    }\n    const copy = cleanValue(value, limits.attributeValueLengthLimit);\n    if (copy === INVALID) warnInvalid(key);\n    else if",
    "return;\n    }\n    const copy = cleanValue(value, limits.attributeValueLengthLimit);\n    if (copy === INVALID) warnInvalid(key);\n    else if",
  ),
  mutation("undefined sets nothing", "attribute-list.ts", "if (value === undefined) return;", ""),
  mutation("an empty key sets nothing", "attribute-list.ts", 'if (key === "")', "if (false)"),
  mutation("the last value of a key wins", "attribute-list.ts", "this.values[index] = copy", "void copy"),
  mutation(
    "text has a length limit",
    "attributes.ts",
    "value.length > maxLength ? value.slice(0, maxLength) : value;\n    case",
    "value;\n    case",
  ),
  mutation(
    "bytes have a length limit",
    "attributes.ts",
    "value.length > maxLength ? value.slice(0, maxLength) : value;\n  if (above",
    "value;\n  if (above",
    true,
  ),
  mutation(
    "text in lists of events has a length limit",
    "attributes.ts",
    '(typeof item === "string" && item.length > maxLength ? item.slice(0, maxLength) : item)',
    "item",
  ),
  mutation("instances of classes are invalid", "attributes.ts", "if (!isPlain(map)) return INVALID;", ""),
  mutation("lists of events have one type", "attributes.ts", "kinds.size > 1 || !simple", "!simple", true),
  mutation(
    "cycles are invalid",
    "attributes.ts",
    "if (above.includes(value)) return INVALID;",
    'if (above.includes(value)) return "cycle";',
  ),
  mutation(
    "values are copied",
    "attributes.ts",
    "const copy = Array.isArray(value) ? copyList(value, maxLength, above) : copyMap(value, maxLength, above);",
    "const copy = Array.isArray(value) ? (copyList(value, maxLength, above) === INVALID ? INVALID : maxLength < 99 ? copyList(value, maxLength, above) : value) : copyMap(value, maxLength, above);",
  ),
  span(
    "invalid attributes at the start are counted",
    "this.list.dropped = dropped + (all.droppedAttributesCount ?? 0);",
    "",
    true,
  ),
  span(
    "the sampler's attributes are set",
    "sampled === undefined ? { attributes, droppedAttributesCount: 0 } : cleanMerged(attributes, sampled)",
    "{ attributes, droppedAttributesCount: 0 }",
  ),
  mutation(
    "the sampler's attributes take precedence",
    "attributes.ts",
    "...entriesOf(attributes ?? {}), ...entriesOf(sampled)",
    "...entriesOf(sampled), ...entriesOf(attributes ?? {})",
  ),
  // Events
  span("events have a count limit", "this.events.length >= eventCountLimit", "false"),
  span("the oldest event is dropped", "this.events.shift();", "this.events.pop();"),
  span(
    "dropped events are counted",
    "this.events.shift();\n      this.droppedEventsCount += 1;",
    "this.events.shift();",
  ),
  span("a limit of 0 takes no event", "if (eventCountLimit <= 0)", "if (false)"),
  span(
    "attributes of an event have a count limit",
    "cleanEventAttributes(attributes, attributePerEventCountLimit,",
    "cleanEventAttributes(attributes, 1 / 0,",
  ),
  mutation(
    "attributes of an event are simple",
    "attributes.ts",
    "clean(attributes, maxCount, maxLength, cleanSimpleValue)",
    "clean(attributes, maxCount, maxLength, cleanValue)",
    true,
  ),
  span(
    "an event's second argument may be its time",
    "const timeComesSecond = isTimeInput(attributesOrTime);",
    "const timeComesSecond = false;",
  ),
  span(
    "an event's third argument is its time",
    "timeComesSecond && !isTimeInput(time) ? attributesOrTime : time",
    "timeComesSecond ? attributesOrTime : undefined",
  ),
  // Links
  span("links have a count limit", "this.links.length >= linkCountLimit", "false"),
  span("dropped links are counted", "this.links.shift();\n      this.droppedLinksCount += 1;", "this.links.shift();"),
  span("a limit of 0 takes no link", "if (linkCountLimit <= 0)", "if (false)"),
  span("the last links of the start are kept", "links.slice(-linkCountLimit)", "links.slice(0, linkCountLimit)"),
  span("dropped links of the start are counted", "Math.max(links.length - linkCountLimit, 0)", "0"),
  mutation(
    "attributes of a link have a count limit",
    "link.ts",
    "cleanAttributes(attributes, limits.attributePerLinkCountLimit,",
    "cleanAttributes(attributes, 1 / 0,",
  ),
  // Status and name
  mutation("OK is final", "status.ts", " || current.code === SpanStatusCode.OK", ""),
  mutation("UNSET changes nothing", "status.ts", "code === SpanStatusCode.UNSET || ", ""),
  mutation(
    "only ERROR has a message",
    "status.ts",
    'code === SpanStatusCode.ERROR ? memberOf(status, "message") : undefined',
    'memberOf(status, "message")',
  ),
  mutation("the message of a status is text", "status.ts", 'typeof message === "string"', "message !== undefined"),
  span("a name can be updated", "if (this.mayChange()) this.name = asText(name);", ""),
  // Exceptions
  mutation("the code of an exception is its type", "exception.ts", 'memberOf(exception, "code") || ', ""),
  mutation(
    "an exception has a stack trace",
    "exception.ts",
    'if (trace.length > 0) attributes["exception.stacktrace"]',
    'if (false) attributes["exception.stacktrace"]',
  ),
  mutation("an exception has a type or a message", "exception.ts", "if (!type && !message) return undefined;", ""),
  mutation("text is an exception", "exception.ts", 'if (typeof exception === "string")', "if (false)"),
  span(
    "an exception has a time",
    'this.addEvent("exception", attributes, time)',
    'this.addEvent("exception", attributes)',
  ),
  // Times
  mutation(
    "small numbers are times of performance.now()",
    "time.ts",
    "value <= monotonicNow() ? value + origin : value",
    "value",
  ),
  mutation(
    "a Date is a time",
    "time.ts",
    'Object.prototype.toString.call(value) === "[object Date]" ? getTime.call(value as Date) : undefined',
    "undefined",
  ),
  mutation("an HrTime is a time", "time.ts", "if (isHrTime(value)) return [value[0], value[1]];", ""),
  mutation(
    "an HrTime has two numbers",
    "time.ts",
    ' && typeof value[0] === "number" && typeof value[1] === "number"',
    "",
  ),
  mutation(
    "times keep fractions of a millisecond",
    "time.ts",
    "Math.round((milliseconds % 1000) * 1_000_000)",
    "Math.trunc(milliseconds % 1000) * 1_000_000",
  ),
  mutation(
    "nanoseconds are never negative",
    "time.ts",
    "nanoseconds < 0 ? [seconds - 1, nanoseconds + NANOSECONDS] : ",
    "",
  ),
  span(
    "the start time is kept",
    "startTime === undefined || startTime === null ? undefined : hrTimeOf(startTime, clockOrigin)",
    "undefined",
  ),
  // The tracer
  tracer("a root ignores the active span", "const root = options.root === true;", "const root = false;"),
  tracer("RECORD is not sampled", "sampled ? TraceFlags.SAMPLED : TraceFlags.NONE", "TraceFlags.SAMPLED"),
  tracer("NOT_RECORD records nothing", "if (result.decision === NOT_RECORD)", "if (false)"),
  tracer(
    "the sampler's trace state replaces the parent's",
    "result.traceState ?? parent?.traceState",
    "parent?.traceState",
  ),
  tracer("the parent's trace state is inherited", "result.traceState ?? parent?.traceState", "result.traceState"),
  tracer(
    "onStart comes after attributes and links",
    "if (links !== undefined) span.linkAtStart(links);\n    onStart(span, context);",
    "onStart(span, context);\n    if (links !== undefined) span.linkAtStart(links);",
  ),
  tracer("the default kind is INTERNAL", "options.kind ?? SpanKind.INTERNAL", "options.kind"),
  tracer(
    "the active context is the default",
    "parentContext: Context = contextApi.active()): ApiSpan {",
    "parentContext: Context = trace.deleteSpan(contextApi.active())): ApiSpan {",
  ),
  tracer(
    "startActiveSpan activates the span",
    "contextApi.with(trace.setSpan(parentContext, span), work, undefined, span)",
    "work(span)",
  ),
  mutation("tracing can be suppressed", "join.ts", "if (isTracingSuppressed(context)) return SUPPRESSED;", ""),
  mutation("a span without valid IDs is no parent", "join.ts", " || isSpanContextValid(parent));", " || true);"),
  mutation(
    "a child has its parent's trace ID",
    "join.ts",
    "return undecided(parent.traceId, undefined, parent, false,",
    "return undecided(undefined, undefined, parent, false,",
  ),
  mutation("a scope has a version", "tracer-provider.ts", "...(version === undefined ? {} : { version }),", ""),
];
