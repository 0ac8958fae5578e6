/**
 * One request through a layout, and what came of it.
 */
import { expect } from "vitest";
import { type Mesh, type MeshSettings, startMesh } from "../mesh.js";
import { type Observed, observe } from "./observed.js";
import type { Row } from "./rows.js";

/** Headers of other tracers, which Istio asks an app to hand on. */
const OTHER_TRACERS = {
  "x-ot-span-context": "9293cfab43daddaf;48a4ec59ec97cd63;0000000000000000;cs",
  "x-datadog-trace-id": "7",
};

export type Circumstances = Pick<MeshSettings, "backend" | "exporter"> & Partial<MeshSettings>;

export interface Outcome extends Observed {
  /** What the services printed. */
  readonly output: string;
}

/** Sends one request through the row's layout. `count` is the number of spans to wait for. */
export async function request(row: Row, settings: Circumstances, count: number = spansOf(row)): Promise<Outcome> {
  const { samplingPercentage = 100, environment } = row;
  const all = {
    samplingPercentage,
    ...settings,
    environment: { ...environment, ...settings.environment },
    ...row.mesh,
  };
  return withMesh(row, all, async (mesh) => {
    const traceId = await send(mesh, row);
    const seen = await observe(settings.backend, traceId, count, mesh.recorded);
    return { ...seen, output: [...mesh.apps.values()].map((app) => app.output()).join("") };
  });
}

/** Runs `work` in a mesh of the row's layout, and stops it afterwards. */
export async function withMesh<Result>(
  { title, layout }: Pick<Row, "title" | "layout">,
  settings: Circumstances,
  work: (mesh: Mesh) => Promise<Result>,
): Promise<Result> {
  const mesh = await startMesh({ layout: { name: title, ...layout }, ...settings });
  try {
    return await work(mesh);
  } finally {
    await mesh.stop();
  }
}

/** How many spans are sent for one request. */
export function spansOf({ tree }: Pick<Row, "tree">): number {
  return tree.length;
}

/** Sends the row's request, and returns the ID of its trace. */
export async function send(
  mesh: Mesh,
  { layout, caller, ask }: Pick<Row, "layout" | "caller" | "ask">,
): Promise<string> {
  const chained = layout.hops.filter((hop) => hop.startsWith("app ")).length > 1;
  const headers = { ...OTHER_TRACERS, ...caller?.() };
  if (ask !== undefined) {
    expect(await ask(mesh.url, headers)).toContain("The time is");
  } else {
    const response = await fetch(`${mesh.url}${chained ? "/" : "/gettime"}`, { headers });
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 200,
      body: expect.stringContaining("The time is"),
    });
  }
  // The last service says which trace it was called in.
  const output = [...mesh.apps.values()].map((app) => app.output()).join("");
  const padded = [...output.matchAll(/"traceId":"([0-9a-f]{32})"/g)].at(-1)?.[1] ?? "";
  return padded.replace(/^0{16}/, "");
}
