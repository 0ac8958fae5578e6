import { readFileSync } from "node:fs";

/** The rows of a vector file: this folder's, or those of the folder that `B3_VECTORS` names. */
export function vectors<Row>(name: string): Row[] {
  const folder = process.env["B3_VECTORS"];
  const file = folder ? `${folder}/${name}` : new URL(`./vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Row[];
}

export type HeaderValues = Record<string, string | string[]>;

/** A context as the vectors write it: two booleans for the sampling state. */
export interface VectorContext {
  traceId: string | null;
  spanId: string | null;
  parentId: string | null;
  sampled: boolean | null;
  debug: boolean;
}
