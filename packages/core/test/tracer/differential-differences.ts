/** The comparison, and the table of what our spans do differently on purpose. */
import type { HrTime } from "@opentelemetry/api";
import { microseconds } from "../../src/tracer/span-record.js";
import type { Seen } from "./differential-driver.js";

export type LineName = "2.x" | "3.x";

type Fields = Record<string, unknown>;

/** A difference on purpose: `expected` turns what the SDK shows into what our spans show. */
export interface Difference {
  readonly what: string;
  readonly reason: string;
  readonly lines: readonly LineName[];
  readonly expected?: (seen: Seen) => Seen;
  /** A field of the SDK from which ours cannot be computed. */
  readonly ignored?: { readonly by: Seen["by"]; readonly field: string };
}

const DIFFERENCES: readonly Difference[] = [
  {
    what: "Names of spans and events are text.",
    reason: "A number or `undefined` as a name breaks encoders and the size limit of queues behind the span.",
    lines: ["2.x", "3.x"],
    expected: ({ by, fields }) => {
      const events = fields["events"] as readonly Fields[] | undefined;
      return {
        by,
        fields: {
          ...fields,
          ...("name" in fields ? { name: String(fields["name"]) } : {}),
          ...(events ? { events: events.map((event) => ({ ...event, name: String(event["name"]) })) } : {}),
        },
      };
    },
  },
  {
    what: "What encoders read as duration is the difference of the two times in whole microseconds.",
    reason: "Backends draw a span from its start and duration: so it ends where its end time says.",
    lines: ["2.x", "3.x"],
    expected: ({ by, fields }) => {
      if (by !== "record") return { by, fields };
      const [start, end] = [microseconds(fields["startTime"] as HrTime), microseconds(fields["endTime"] as HrTime)];
      return { by, fields: { ...fields, durationMicros: Math.max(end - start, 1) } };
    },
  },
  {
    what: "The sampler gets links whose attributes are within the limits.",
    reason: "As in SDK 3.x. SDK 2.x applies the limits after sampling.",
    lines: ["2.x"],
    ignored: { by: "sampler", field: "links" },
  },
];

/** Returns the differences on purpose of a line. */
export function differencesOf(line: LineName): readonly Difference[] {
  return DIFFERENCES.filter(({ lines }) => lines.includes(line));
}

/** Returns every field in which the two differ, apart from the differences in `table`. */
export function unexpected(theirs: readonly Seen[], ours: readonly Seen[], table: readonly Difference[]): string[] {
  const found: string[] = [];
  for (let index = 0; index < Math.max(theirs.length, ours.length); index += 1) {
    const [raw, mine] = [theirs[index], ours[index]];
    if (raw === undefined || mine === undefined) {
      found.push(`${index}: SDK ${raw?.by ?? "nothing"}, ours ${mine?.by ?? "nothing"}`);
      break;
    }
    const expected = table.reduce((seen, { expected: change }) => change?.(seen) ?? seen, raw);
    if (expected.by !== mine.by) {
      found.push(`${index}: SDK ${expected.by}, ours ${mine.by}`);
      break;
    }
    for (const name of new Set([...Object.keys(expected.fields), ...Object.keys(mine.fields)])) {
      if (table.some(({ ignored }) => ignored?.by === mine.by && ignored.field === name)) continue;
      const [want, got] = [canonical(expected.fields[name]), canonical(mine.fields[name])];
      if (want !== got) found.push(`${index} ${mine.by} ${name}: SDK ${want}, ours ${got}`);
    }
  }
  return found;
}

/**
 * Returns a text that differs where two values differ: in type, in order of keys, in the sign of
 * zero.
 */
function canonical(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      break;
    default:
      return typeof value === "bigint" ? `${value}n` : String(value);
  }
  if (value === null) return "null";
  if (value instanceof Uint8Array) return `bytes(${[...value].join()})`;
  if (Array.isArray(value)) return `[${Array.from(value, canonical).join()}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}
