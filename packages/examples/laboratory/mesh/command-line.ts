/**
 * The options of `npm run mesh`.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { MeshFailure } from "./failure.js";
import { CHAIN, type Layout, parseLayout } from "./layout.js";

export interface Options {
  readonly backend: "zipkin" | "jaeger";
  readonly layout: Layout;
  /** The port of 127.0.0.1 that the first hop is reached at. */
  readonly port: number;
  readonly samplingPercentage: number;
  /** Whether to send a request every second. */
  readonly load: boolean;
}

export const USAGE = `npm run mesh -- [options]: real Envoys, a real backend and two services, until Ctrl-C

  --backend zipkin|jaeger  where spans go (zipkin; jaeger has an API and no page)
  --port NUMBER            where the first hop is reached (8080; 0: a free one)
  --sampling PERCENTAGE    what the proxies sample of requests without a decision (100)
  --load                   send a request every second
  --layout FILE            other hops: {"provider": "zipkin", "hops": ["gateway", "inbound hello-world", "app hello-world"]}
  --help                   print this`;

/**
 * The options that the arguments say; `undefined` where they ask for help. Throws `MeshFailure` for
 * a wrong one.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const argsValue = parse(args);
  if (argsValue.help === true) return undefined;
  const { backend = "zipkin", port = "8080", sampling = "100", layout, load = false } = argsValue;
  if (backend !== "zipkin" && backend !== "jaeger") {
    throw new MeshFailure(`--backend ${backend}: one of zipkin, jaeger`);
  }
  return {
    backend,
    layout: layout === undefined ? CHAIN : readLayout(layout),
    port: numberWithin("--port", port, 65_535),
    samplingPercentage: numberWithin("--sampling", sampling, 100),
    load,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        backend: { type: "string" },
        port: { type: "string" },
        sampling: { type: "string" },
        layout: { type: "string" },
        load: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    // The first sentence says what is wrong; the rest is about positional arguments, which there
    // are none of.
    throw new MeshFailure(`${(error as Error).message.split(". ")[0]}; --help says which options there are`);
  }
}

function numberWithin(option: string, text: string, highest: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= highest && (highest === 100 || Number.isInteger(value)))
    return value;
  throw new MeshFailure(`${option} ${text}: a ${highest === 100 ? "" : "whole "}number from 0 to ${highest}`);
}

function readLayout(file: string): Layout {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new MeshFailure(`--layout ${file}: ${(error as Error).message}`);
  }
  return parseLayout(text, file);
}
