/**
 * The requests of the article through a layout's mesh, and what came of each.
 */
import type { CollectedSpan } from "./collected-span.js";
import type { ProxyRole } from "./layouts.js";
import { type Answer, type DemoMesh, type Passed, startMesh } from "./mesh.js";
import { expectedChain, problems } from "./trace-check.js";
import { type TraceTree, traceTree } from "./trace-tree.js";

/**
 * One request: how it went through the mesh, what the client got, and the trace that the collector
 * has of it.
 */
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
  /** The outcomes of the article's requests, by what the collector has now. */
  outcomes(): readonly Outcome[];
  /** From now on each further request's outcome goes to `onOutcome`. */
  watch(onOutcome: (outcome: Outcome) => void): void;
}

/** Sends the article's requests, and waits for their spans. */
export async function runDemo(layout: readonly ProxyRole[]): Promise<Demo> {
  const count = expectedChain(layout).length;
  const spansOf = (passed: Passed) => mesh.collector.waitFor(traceIdOf(passed), count, SPANS_ARRIVE_WITHIN_MS);
  const waiting: Passed[] = [];
  let onPassed = (passed: Passed): void => {
    waiting.push(passed);
  };
  const mesh = await startMesh(layout, (passed) => onPassed(passed));
  const sent: { passed: Passed; answer: Answer }[] = [];
  for (const path of PATHS) {
    const answer = await mesh.send(path);
    const passed = waiting.shift() ?? { path, requestId: "", hops: [] };
    await spansOf(passed);
    sent.push({ passed, answer });
  }
  return {
    mesh,
    outcomes: () => sent.map(({ passed, answer }) => answered(mesh, outcome(mesh, layout, passed), answer)),
    watch(onOutcome) {
      onPassed = (passed) => void spansOf(passed).then(() => onOutcome(outcome(mesh, layout, passed)));
    },
  };
}

function traceIdOf({ hops }: Passed): string {
  return hops.at(-1)?.headers["x-b3-traceid"] ?? "";
}

function outcome({ collector }: DemoMesh, layout: readonly ProxyRole[], passed: Passed): Outcome {
  const traceId = traceIdOf(passed);
  const spans = collector.spans(traceId);
  const tree = traceTree(spans);
  const refused = collector.refused.map((what) => `The collector could not read ${what}.`);
  return { ...passed, traceId, spans, tree, problems: [...refused, ...problems(layout, passed, spans, tree)] };
}

function answered(mesh: DemoMesh, of: Outcome, answer: Answer): Outcome {
  const refusal = answer.status === 200 ? [] : [`${of.path}: the answer was ${answer.status} ${answer.body}.`];
  return { ...of, answer, problems: [...refusal, ...logProblems(mesh, of), ...of.problems] };
}

/** The log line of `/gettime` must lead to the trace. */
function logProblems({ app }: DemoMesh, { path, traceId, requestId }: Outcome): string[] {
  if (path !== "/gettime") return [];
  const line = app.log.find((entry) => entry["requestId"] === requestId);
  if (line === undefined) return [`${path}: the app logged no line with request ID ${requestId}.`];
  return String(line["traceId"]).endsWith(traceId) ? [] : [`${path}: the app logged trace ID ${line["traceId"]}.`];
}
