/**
 * Lines of pino. Since 9.10 it reports each line before and after it is written as JSON, in a
 * bundle as well. Older versions have the option `mixin`, which loggers inherit.
 *
 * https://github.com/pinojs/pino/blob/main/docs/diagnostics.md
 */
import { subscribe } from "node:diagnostics_channel";
import { adapterTracing, logFields } from "@meshtrace/core/adapter";
import { whenLoaded } from "./loaded-modules.js";

type Bindings = Record<symbol, unknown>;

/** A line of pino 9.10 and later. */
interface Line {
  readonly instance: Bindings;
  readonly arguments: ArrayLike<unknown>;
}

type Mixin = (this: unknown, ...args: unknown[]) => object;
type Normalize = (this: unknown, ...args: unknown[]) => { opts: { readonly mixin?: unknown } };

/** The file of pino in which each logger gets its options. */
interface Tools {
  readonly asJson: unknown;
  createArgsNormalizer(this: unknown, ...args: unknown[]): Normalize;
}

/** Adds the fields to the lines of every copy of pino. Fields of the app take precedence. */
export function tracePino(): void {
  subscribe("tracing:pino_asJson:start", (line) => before(line as Line));
  subscribe("tracing:pino_asJson:end", (line) => after(line as Line));
  whenLoaded("pino", /[\\/]pino[\\/]lib[\\/]tools\.js$/, (exports) => {
    const tools = exports as Tools;
    if (!String(tools.asJson).includes("hasSubscribers")) addMixin(tools);
  });
}

/** The text that a logger's lines began with, for lines that are being written. */
const bindings = new WeakMap<Line, { readonly key: symbol; readonly text: string }>();
/** By the name that pino gives it. Each copy of pino has its own. */
const BINDINGS = "Symbol(pino.chindings)";

/** What a subscriber throws would end the process. */
function before(line: Line): void {
  try {
    const { instance } = line;
    const members = missingMembers(logFields(), line.arguments[0]);
    if (members === "") return;
    const key = Object.getOwnPropertySymbols(instance).find((symbol) => String(symbol) === BINDINGS);
    const text = key && instance[key];
    if (key === undefined || typeof text !== "string") throw new TypeError("a logger without bindings");
    bindings.set(line, { key, text });
    // Members of the line follow, so that those of the app take precedence.
    instance[key] = text + members;
  } catch (error) {
    adapterTracing().log.failed("a line of pino gets no fields", error);
  }
}

function after(line: Line): void {
  const original = bindings.get(line);
  if (original !== undefined) line.instance[original.key] = original.text;
}

/** Returns the fields that `own` does not have, as pino writes bindings: `,"name":"value"` each. */
function missingMembers(fields: Readonly<Record<string, string>>, own: unknown): string {
  let text = "";
  for (const name in fields) {
    if ((own as Record<string, unknown> | undefined)?.[name] !== undefined) continue;
    text += `,${JSON.stringify(name)}:${JSON.stringify(fields[name])}`;
  }
  return text;
}

/** Gives each logger of a pino that reports no lines the option, in front of the app's mixin. */
function addMixin(tools: Tools): void {
  const { createArgsNormalizer } = tools;
  tools.createArgsNormalizer = function (...args) {
    const normalize = createArgsNormalizer.apply(this, args);
    return function (...own) {
      const normalized = normalize.apply(this, own);
      const { mixin } = normalized.opts;
      // pino refuses a mixin that is no function, with a message of its own.
      if (mixin !== undefined && typeof mixin !== "function") return normalized;
      const composed: Mixin = function (...line) {
        return mixin === undefined ? logFields() : { ...logFields(), ...(mixin as Mixin).apply(this, line) };
      };
      return { ...normalized, opts: { ...normalized.opts, mixin: composed } };
    };
  };
}
