/** testTracing(): tracing that keeps its spans for the test. */
import { initTracing, type ReadableSpan, type Tracing, type TracingOptions } from "@meshtrace/core";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { findMistakes } from "./findings/find.js";
import type { Finding, FindingRule } from "./findings/finding.js";
import { START_RULES } from "./findings/span-rules.js";
import { forgetRequests, sentRequests } from "./mesh-request.js";
import { OutgoingCalls } from "./outgoing-calls.js";
import { Recorder } from "./recorder.js";
import { SequentialIds } from "./sequential-ids.js";
import { throwFromStartSpan } from "./strict.js";
import { formatTree, type TraceNode, treesOf } from "./trace-node.js";

/** Options of `testTracing`. */
export interface TestTracingOptions {
  /**
   * Throws from `startSpan` where a span loses its context, keeps an old one, or traces the same
   * request or call twice.
   *
   * @default false
   */
  readonly strict?: boolean;
  /** Mistakes that are meant, by name. */
  readonly allow?: readonly FindingRule[];
  /**
   * Options for `initTracing`. Spans are sampled and kept, none are exported, and calls to any host
   * carry headers unless you say otherwise.
   */
  readonly tracing?: TracingOptions;
}

/** Tracing of a test. */
export interface TestTracing {
  /** The handle of `initTracing`. */
  readonly tracing: Tracing;
  /** The spans in the order of their starts, open ones too. */
  readonly spans: readonly ReadableSpan[];
  /** Returns the traces as trees: one for each span without a parent in this process. */
  trees(): readonly TraceNode[];
  /** Returns the traces as indented lines, for snapshots. */
  format(): string;
  /** Returns the mistakes that show so far, the most likely cause first. */
  findings(): readonly Finding[];
  /**
   * Resolves when every span has ended, at most after `timeoutMs` milliseconds (default 1000).
   * Never rejects: `findings()` then names the open spans.
   */
  settled(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Forgets spans, calls and requests, and counts IDs from one again. */
  clear(): void;
}

interface Kit extends TestTracing {
  readonly isInForce: () => boolean;
  readonly use: (options: TestTracingOptions) => void;
}

const KIT = Symbol.for("@meshtrace/testing kit");
const shared = globalThis as { [KIT]?: Kit };

/**
 * Puts tracing in force that keeps its spans, and returns what the test needs of it. Call it before
 * the app calls `initTracing()`, which then returns this tracing. Called again, it returns the same
 * tracing, cleared.
 *
 * @throws Error when `initTracing()` was called before.
 * @throws TracingConfigError for wrong options of `tracing`.
 * @example
 * const tracing = testTracing();
 * test("a user is read from the database", async () => {
 *   await fetch(`${url}/users/7`, meshRequest());
 *   await expect(tracing).toHaveTrace("GET /users/:id > SELECT");
 * });
 */
export function testTracing(options: TestTracingOptions = {}): TestTracing {
  const earlier = shared[KIT];
  if (earlier?.isInForce()) {
    earlier.use(options);
    return earlier;
  }
  shared[KIT] = makeKit(options);
  return shared[KIT];
}

function makeKit(first: TestTracingOptions): Kit {
  const recorder = new Recorder();
  const ids = new SequentialIds();
  const outgoing = new OutgoingCalls();
  const tracing = initTracing({
    serviceName: "test",
    exporter: "none",
    sampler: "always_on",
    propagateTo: "all",
    shutdown: false,
    idGenerator: ids,
    ...first.tracing,
    spanProcessors: [recorder, ...(first.tracing?.spanProcessors ?? [])],
  });
  if (!records(tracing, recorder)) {
    throw new Error("initTracing() was called before testTracing(): call testTracing() first, in the set-up file");
  }
  outgoing.watch();
  let options = first;
  let unstrict: (() => void) | undefined;
  const observed = () => ({
    records: recorder.records,
    calls: outgoing.calls,
    requests: sentRequests(),
    recordOf: (span: object | undefined) => recorder.recordOf(span),
  });
  const allowed = ({ rule }: Finding): boolean => options.allow?.includes(rule) !== true;
  const kit: Kit = {
    tracing,
    get spans() {
      return recorder.records.map(({ span }) => span);
    },
    trees: () => treesOf(recorder.records),
    format: () =>
      treesOf(recorder.records)
        .map((tree) => formatTree(tree))
        .join("\n"),
    findings: () => findMistakes(observed()).filter(allowed),
    settled: ({ timeoutMs = 1000 } = {}) => recorder.settled(timeoutMs),
    clear() {
      recorder.clear();
      outgoing.clear();
      ids.reset();
      forgetRequests();
    },
    isInForce: () => records(tracing, recorder),
    use(next) {
      options = next;
      unstrict?.();
      unstrict = next.strict === true ? throwFromStartSpan(tracing.tracer, takeMistake) : undefined;
      kit.clear();
    },
  };
  let mistake: Error | undefined;
  const takeMistake = (): Error | undefined => {
    const taken = mistake;
    mistake = undefined;
    return taken;
  };
  recorder.onStarted = (record) => {
    const found = START_RULES.flatMap((rule) => rule(record, observed()) ?? []).find(allowed);
    mistake = found && new Error(found.message);
  };
  kit.use(first);
  return kit;
}

/**
 * Whether a span of this tracing reaches the recorder: not after `shutdown()`, nor with an earlier
 * one.
 */
function records({ tracer }: Tracing, recorder: Recorder): boolean {
  const before = recorder.records.length;
  const span = tracer.startSpan("probe", { root: true }, ROOT_CONTEXT);
  span.end();
  const arrived = recorder.records.length > before;
  if (arrived) recorder.records.pop();
  return arrived;
}
