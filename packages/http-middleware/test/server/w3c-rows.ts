/**
 * The behaviours that the W3C's conformance suite of Trace Context asks for, Level 2, as rows of
 * our own. Where we differ on purpose, the row says why.
 *
 * Spec: https://www.w3.org/TR/trace-context-2/
 */

/** Names and values in turn, as they go over the wire. */
type Headers = readonly string[];

export interface W3cRow {
  readonly title: string;
  readonly headers: Headers;
  /** Whether the trace of `TRACE` goes on; else a new one begins. */
  readonly continues: boolean;
  /** What goes out beside a trace that goes on; a new trace has our mark alone. */
  readonly tracestate?: string;
  /** The flags that go out. Default: `01`. */
  readonly flags?: string;
  /** What the suite expects instead, and why we do otherwise. */
  readonly onPurpose?: string;
}

export const TRACE = "12345678901234567890123456789012";
const SPAN = "1234567890123456";
const VALID = `00-${TRACE}-${SPAN}-01`;
const UNSAMPLED = `00-${TRACE}-${SPAN}-00`;

const kept = (title: string, ...headers: Headers): W3cRow => ({ title, headers, continues: true });
const renewed = (title: string, ...headers: Headers): W3cRow => ({ title, headers, continues: false });

/** A row of `tracestate` headers beside an unsampled trace. */
function state(title: string, tracestate: string | undefined, ...values: Headers): W3cRow {
  const headers = ["traceparent", UNSAMPLED, ...values.flatMap((value) => ["tracestate", value])];
  const row = { title: `tracestate: ${title}`, headers, continues: true, flags: "00" };
  return tracestate === undefined ? row : { ...row, tracestate };
}

const members = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `bar${from + index}=${from + index}`).join(",");
const MEMBER_BY_MEMBER =
  "The suite wants the whole list discarded. The specification allows it to be discarded; other vendors' members are worth keeping.";
const ALL_KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
const ALL_VALUE_CHARACTERS = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index))
  .filter((character) => character !== "," && character !== "=")
  .join("");

export const TRACEPARENT_ROWS: readonly W3cRow[] = [
  renewed("no headers"),
  kept("traceparent alone", "traceparent", VALID),
  {
    ...kept("two traceparent headers", "traceparent", VALID, "traceparent", VALID.replace("012-", "011-")),
    onPurpose:
      "The suite wants a new trace. The first value wins, for every header of the set: sidecars append, never prepend.",
  },
  renewed("trace-parent is another header", "trace-parent", VALID),
  renewed("trace.parent is another header", "trace.parent", VALID),
  ...["TraceParent", "TrAcEpArEnT", "TRACEPARENT"].map((name) => kept(`the name ${name}`, name, VALID)),
  renewed("version 00 with a character more", "traceparent", `${VALID}.`),
  renewed("version 00 with more fields", "traceparent", `${VALID}-what-the-future-will-be-like`),
  kept("a future version", "traceparent", `cc${VALID.slice(2)}`),
  kept("a future version with more fields", "traceparent", `cc${VALID.slice(2)}-what-the-future-will-be-like`),
  kept("a future version with an empty field more", "traceparent", `01${VALID.slice(2)}-`),
  renewed("a future version with characters behind the flags", "traceparent", `cc${VALID.slice(2)}.what-the-future`),
  renewed("version ff", "traceparent", `ff${VALID.slice(2)}`),
  ...[".0", "0.", "000", "0000", "0", "", "0A", "0x"].map((version) =>
    renewed(`the version ${JSON.stringify(version)}`, "traceparent", version + VALID.slice(2)),
  ),
  ...[
    "00000000000000000000000000000000",
    ".2345678901234567890123456789012",
    "1234567890123456789012345678901.",
    "123456789012345678901234567890123",
    "1234567890123456789012345678901",
    "ABCDEF78901234567890123456789012",
    "",
  ].map((id) => renewed(`the trace ID ${JSON.stringify(id)}`, "traceparent", `00-${id}-${SPAN}-01`)),
  ...[
    "0000000000000000",
    ".234567890123456",
    "123456789012345.",
    "12345678901234567",
    "123456789012345",
    "ABCDEF7890123456",
    "",
  ].map((id) => renewed(`the parent ID ${JSON.stringify(id)}`, "traceparent", `00-${TRACE}-${id}-01`)),
  ...[".0", "0.", "001", "1", "", "0A"].map((flags) =>
    renewed(`the flags ${JSON.stringify(flags)}`, "traceparent", `00-${TRACE}-${SPAN}-${flags}`),
  ),
  ...[
    [" ", ""],
    ["\t", ""],
    ["", " "],
    ["", "\t"],
    ["\t ", " \t"],
  ].map(([before = "", after = ""]) =>
    kept(`white space ${JSON.stringify([before, after])}`, "traceparent", `${before}${VALID}${after}`),
  ),
  ...[
    ["00", "00"],
    ["02", "02"],
    ["03", "03"],
    // Only the flags that are known go on.
    ["ff", "03"],
    ["fc", "00"],
  ].map(([flags = "", sent = ""]) => ({
    ...kept(`the flags ${flags}`, "traceparent", `00-${TRACE}-${SPAN}-${flags}`),
    flags: sent,
  })),
];

export const TRACESTATE_ROWS: readonly W3cRow[] = [
  renewed("tracestate without traceparent", "tracestate", "foo=1,bar=2"),
  renewed("tracestate beside a malformed traceparent", "traceparent", `ff${VALID.slice(2)}`, "tracestate", "foo=1"),
  state("two members", "foo=1,bar=2", "foo=1,bar=2"),
  kept("trace-state is another header", "traceparent", VALID, "trace-state", "foo=1"),
  kept("trace.state is another header", "traceparent", VALID, "trace.state", "foo=1"),
  ...["TraceState", "TrAcEsTaTe", "TRACESTATE"].map((name) => ({
    ...kept(`the name ${name}`, "traceparent", VALID, name, "foo=1"),
    tracestate: "foo=1",
  })),
  state("empty", undefined, ""),
  state("an empty header behind another", "foo=1", "foo=1", ""),
  state("an empty header before another", "foo=1", "", "foo=1"),
  state("empty members", "foo=1,bar=2", "foo=1,,bar=2,", ", "),
  state("several headers", "foo=1,bar=2,rojo=1,congo=2,baz=3", "foo=1,bar=2", "rojo=1,congo=2", "baz=3"),
  state("a repeated key: the first, which was written last, holds", "foo=1", "foo=1,foo=2"),
  state("a key in two headers", "foo=1", "foo=1", "foo=2"),
  state(
    "all characters of keys and values",
    `${ALL_KEY_CHARACTERS}=${ALL_VALUE_CHARACTERS}`,
    `${ALL_KEY_CHARACTERS}=${ALL_VALUE_CHARACTERS}`,
  ),
  state("all characters with a vendor", `${ALL_KEY_CHARACTERS}@a-z0-9_-*/=1`, `${ALL_KEY_CHARACTERS}@a-z0-9_-*/=1`),
  state("white space of both kinds", "foo=1,bar=2,baz=3", "foo=1 \t , \t bar=2, \t baz=3"),
  state("tabs first", "foo=1,bar=2,baz=3", "foo=1\t \t,\t \tbar=2,\t \tbaz=3"),
  ...[" foo=1", "\tfoo=1", "foo=1 ", "foo=1\t", "\t foo=1 \t"].map((value) =>
    state(JSON.stringify(value), "foo=1", value),
  ),
  state("white space inside a value", "foo=a b", "foo=a b"),
  state("a tab inside a value", "bar=2", "foo=a\tb,bar=2"),
  state("a no-break space is no white space", "bar=2", "foo=1\u00a0,bar=2"),
  ...["foo =1", "FOO=1", "foo.bar=1", "foo", "=1", "_foo=1", "-foo=1", "*foo=1", "/foo=1"].map((value) =>
    state(`the malformed member ${value}`, undefined, value),
  ),
  ...["foo@=1", "0foo=1", "foo@@bar=1", "foo@bar@baz=1", "t@vvvvvvvvvvvvvvv=1"].map((value) =>
    state(`${value} is allowed since Level 2`, `${value},bar=2`, `${value},bar=2`),
  ),
  { ...state("@foo is malformed, its neighbour is not", "bar=2", "@foo=1,bar=2"), onPurpose: MEMBER_BY_MEMBER },
  state("a key of 256 characters", `foo=1,${"z".repeat(256)}=1`, "foo=1", `${"z".repeat(256)}=1`),
  { ...state("a key of 257 characters", "foo=1", "foo=1", `${"z".repeat(257)}=1`), onPurpose: MEMBER_BY_MEMBER },
  ...[`${"t".repeat(241)}@${"v".repeat(14)}`, `${"t".repeat(242)}@v`, `${"t".repeat(254)}@v`].map((key) =>
    state(`a tenant of ${key.indexOf("@")} characters`, `foo=1,${key}=1`, "foo=1", `${key}=1`),
  ),
  state("a value of 256 characters", `foo=${"v".repeat(256)}`, `foo=${"v".repeat(256)}`),
  { ...state("a value of 257 characters", "bar=1", `foo=${"v".repeat(257)},bar=1`), onPurpose: MEMBER_BY_MEMBER },
  state("two equals signs", undefined, "foo=bar=baz"),
  { ...state("an empty value", "bar=3", "foo=,bar=3"), onPurpose: MEMBER_BY_MEMBER },
  state(
    "32 members in four headers",
    members(1, 32),
    members(1, 10),
    members(11, 20),
    members(21, 30),
    members(31, 32),
  ),
  {
    ...state("33 members: the last, which is the oldest, is left out", members(1, 32), members(1, 33)),
    onPurpose: MEMBER_BY_MEMBER,
  },
  state("32 members and empty ones", members(1, 32), `,, ,${members(1, 32)},,`),
  state(
    "more than 512 characters",
    `a=${"x".repeat(250)},b=${"y".repeat(250)},c=${"z".repeat(250)}`,
    `a=${"x".repeat(250)},b=${"y".repeat(250)},c=${"z".repeat(250)}`,
  ),
];
