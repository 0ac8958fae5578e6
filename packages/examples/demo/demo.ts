/**
 * The requests of the article through a layout's mesh, and what came of each.
 */
import type { CollectedSpan } from "./collected-span.js";
import type { ProxyRole } from "./layouts.js";
import { type Answer, type DemoMesh, type Passed, startMesh } from "./mesh.js";
import { expectedChain, problems } from "./trace-check.js";
import { type TraceTree, traceTree } from "./trace-tree.js";

/** One request: how it went through the mesh, what the client got, and the trace that the collector has of it. */
export interface Outcome extends Passed {
  readonly answer?: Answer;
  readonly traceId: string;
  readonly spans: readonly CollectedSpan[];
  readonly tree: TraceTree;
  /** Sentences; empty when everything is as the layout promises. */
  readonly problems: readonly string[];
}

const PATHS = ["/", "/gettime"];
const SPANS_ARRIVE_WITHIN_MS = 10_000;

export interface Demo {
  readonly mesh: DemoMesh;
  /** The outcomes of the article's requests. */
  readonly outcomes: readonly Outcome[];
  /** From now on each further request's outcome goes to `onOutcome`. */
  watch(onOutcome: (outcome: Outcome) => void): void;
}

export async function runDemo(layout: readonly ProxyRole[]): Promise<Demo> {
  const waiting: Passed[] = [];
  let onPassed = (passed: Passed): void => {
    waiting.push(passed);
  };
  const mesh = await startMesh(layout, (passed) => onPassed(passed));
  const outcomes: Outcome[] = [];
  for (const path of PATHS) {
    const answer = await mesh.send(path);
    const passed = waiting.shift() ?? { path, requestId: "", hops: [] };
    const outcome = await outcomeOf(mesh, layout, passed);
    const refusal = answer.status === 200 ? [] : [`${path}: the answer was ${answer.status} ${answer.body}.`];
    outcomes.push({ ...outcome, answer, problems: [...refusal, ...logProblems(mesh, outcome), ...outcome.problems] });
  }
  return {
    mesh,
    outcomes,
    watch(onOutcome) {
      onPassed = (passed) => void outcomeOf(mesh, layout, passed).then(onOutcome);
    },
  };
}

async function outcomeOf(mesh: DemoMesh, layout: readonly ProxyRole[], passed: Passed): Promise<Outcome> {
  const traceId = passed.hops.at(-1)?.headers["x-b3-traceid"] ?? "";
  const spans = await mesh.collector.waitFor(traceId, expectedChain(layout).length, SPANS_ARRIVE_WITHIN_MS);
  const tree = traceTree(spans);
  const refused = mesh.collector.refused.map((what) => `the collector could not read ${what}.`);
  return { ...passed, traceId, spans, tree, problems: [...refused, ...problems(layout, passed, spans, tree)] };
}

/** The log line of `/gettime` must lead to the trace. */
function logProblems({ app }: DemoMesh, { path, traceId, requestId }: Outcome): string[] {
  if (path !== "/gettime") return [];
  const line = app.log.find((entry) => entry["requestId"] === requestId);
  if (line === undefined) return [`${path}: the app logged no line with request ID ${requestId}.`];
  return String(line["traceId"]).endsWith(traceId) ? [] : [`${path}: the app logged trace ID ${line["traceId"]}.`];
}
