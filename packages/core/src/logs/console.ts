/**
 * Node's `console`, by option: it has no hook, so that its methods are replaced.
 */
import { format } from "node:util";
import { type LogFields, type LogFieldsOptions, logFields } from "./log-fields.js";

const METHODS = ["log", "info", "debug", "warn", "error"] as const;
type Write = (...values: unknown[]) => void;

/** The methods of a console whose lines get the fields. */
export type ConsoleMethods = Record<(typeof METHODS)[number], Write>;

/**
 * Adds the fields to the lines of `console`: to a line of JSON as its first members, to other text
 * as `trace_id=... span_id=...` behind it. Lines outside of requests stay as they are. Returns a
 * function that undoes it. The default is Node's global console. Never throws.
 *
 * @example
 * const undo = instrumentConsole();
 */
export function instrumentConsole(options: LogFieldsOptions = {}, target: ConsoleMethods = console): () => void {
  const undone = METHODS.map((method) => {
    const property = Object.getOwnPropertyDescriptor(target, method);
    const write = target?.[method];
    if (typeof write !== "function" || property?.configurable === false) return () => {};
    const value: Write = function (this: unknown, ...values) {
      write.apply(this, withFields(values, options));
    };
    for (const shape of ["name", "length"] as const) {
      Object.defineProperty(value, shape, { value: write[shape], configurable: true });
    }
    Object.defineProperty(target, method, { writable: true, configurable: true, enumerable: true, ...property, value });
    return () => {
      if (target[method] === value) target[method] = write as Write;
    };
  });
  return () => {
    for (const undo of undone) undo();
  };
}

function withFields(values: unknown[], options: LogFieldsOptions): unknown[] {
  const fields = logFields(options);
  if (Object.keys(fields).length === 0) return values;
  const [only] = values;
  if (values.length === 1 && typeof only === "string" && isJsonObject(only)) return [withMembers(only, fields)];
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const text = pairs.join(" ");
  if (typeof only !== "string") return [...values, text];
  // Behind a format, the text could become one of its values.
  if (values.length === 1) return [`${only} ${text}`];
  return only.includes("%") ? [`${format(...values)} ${text}`] : [...values, text];
}

/** Looks at the ends alone: to parse each line would cost too much. */
function isJsonObject(text: string): boolean {
  return /^\s*\{\s*"/.test(text) && /"?\s*\}\s*$/.test(text.slice(-100));
}

/** In front, so that a member of the app with the same name takes precedence. */
function withMembers(json: string, fields: LogFields): string {
  const start = json.indexOf("{") + 1;
  return `${json.slice(0, start)}${JSON.stringify(fields).slice(1, -1)},${json.slice(start)}`;
}
