import { parseArgs } from "node:util";
import { LAYOUT_NAMES, layout, type ProxyRole } from "./layouts.js";

export interface DemoOptions {
  readonly layoutName: string;
  readonly layout: readonly ProxyRole[];
  /** One JSON document in place of the pictures. */
  readonly json: boolean;
  /** Stay up after the first requests, and show each further one. */
  readonly keep: boolean;
}

/** What the arguments ask for; a text, one sentence, when they ask for what is not there. */
export function commandLine(args: readonly string[]): DemoOptions | string {
  let values: { layout: string; json: boolean; keep: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        layout: { type: "string", default: "sidecar" },
        json: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    const [what = ""] = String((error as Error).message).split(/\. |\n/);
    return `${what}; the demo takes --layout ${LAYOUT_NAMES.join("|")}, --json and --keep.`;
  }
  const requested = layout(values.layout);
  if (requested === undefined) {
    return `--layout ${values.layout}: there is no such layout; one of ${LAYOUT_NAMES.join(", ")}.`;
  }
  return { layoutName: values.layout, layout: requested, json: values.json, keep: values.keep };
}
