/**
 * bunyan 1 and 2, whose streams of type `raw` are called with each record while it is logged.
 *
 * https://github.com/trentm/node-bunyan#stream-type-raw
 */
import { adapterTracing } from "../runtime/active-tracing.js";
import { addMissing, type LogFieldsOptions } from "./log-fields.js";

/** What lines are written to: a stream of Node, or anything that takes text. */
export interface LineTarget {
  /** Called with a line, its line feed included. */
  write(line: string): unknown;
}

/** An entry of bunyan's option `streams`. */
export interface BunyanStream {
  /** bunyan then passes records in place of text. */
  readonly type: "raw";
  /** Called by bunyan with each record. */
  readonly stream: {
    /** Writes the record with its fields. */
    write(record: unknown): void;
  };
}

/**
 * Returns an entry of bunyan's option `streams` that writes each record to `target` as bunyan would
 * do it, with the fields. Fields of the app take precedence. Add `level` to the entry if you need
 * one. What is no record is written as it is.
 *
 * @example
 * const streams = [{ ...bunyanStream(process.stdout), level: "info" as const }];
 * bunyan.createLogger({ name: "orders", streams });
 */
export function bunyanStream(target: LineTarget, options: LogFieldsOptions = {}): BunyanStream {
  const write = (record: unknown): void => {
    if (typeof record !== "object" || record === null) {
      adapterTracing().log.failed("bunyan passed text in place of a record; the stream's type must be raw", "");
      target.write(String(record));
      return;
    }
    // Other streams of the logger get the same record.
    const line = { ...record } as Record<string, unknown>;
    addMissing(line, options);
    target.write(`${jsonOf(line)}\n`);
  };
  return { type: "raw", stream: { write } };
}

/** Returns the record as JSON. As bunyan does it, circular references become a text. */
function jsonOf(record: Record<string, unknown>): string {
  try {
    return JSON.stringify(record);
  } catch {
    const parts = Object.keys(record).map((name) => {
      try {
        return `${JSON.stringify(name)}:${JSON.stringify(record[name], withoutCycles()) ?? "null"}`;
      } catch {
        return `${JSON.stringify(name)}:"[unreadable]"`;
      }
    });
    return `{${parts.join(",")}}`;
  }
}

function withoutCycles(): (key: string, value: unknown) => unknown {
  const seen = new Set<unknown>();
  return (_key, value) => {
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "[Circular]";
    seen.add(value);
    return value;
  };
}
