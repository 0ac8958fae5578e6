/** Whether a test recorded an expected trace, with a message that says why not. */
import { differences, matches } from "./compare-traces.js";
import { parseExpected } from "./expected-trace.js";
import type { TestTracing } from "./test-tracing.js";
import { formatTree, type TraceNode } from "./trace-node.js";

/** Result of a check, as matchers of vitest and jest give it. */
export interface CheckResult {
  /** Whether the check holds. */
  readonly pass: boolean;
  /** Returns why it holds or does not. */
  readonly message: () => string;
}

/** Checks at once, or, where spans are still open, when they have ended. */
export function checkTrace(tracing: TestTracing, expected: string): CheckResult | Promise<CheckResult> {
  const tree = parseExpected(expected);
  const now = check(tracing, tree);
  const isOpen = tracing.spans.some(({ ended }) => !ended);
  return now.pass || !isOpen ? now : tracing.settled().then(() => check(tracing, tree));
}

function check(tracing: TestTracing, expected: TraceNode): CheckResult {
  const trees = tracing.trees();
  const pass = trees.some((tree) => isClosed(tree) && matches(expected, tree));
  return {
    pass,
    message: () => (pass ? `this trace was recorded:\n${formatTree(expected)}` : explain(tracing, expected)),
  };
}

const isClosed = ({ record, children }: TraceNode): boolean =>
  record?.endedAt !== undefined && children.every(isClosed);

function explain(tracing: TestTracing, expected: TraceNode): string {
  const trees = tracing.trees();
  const compared = trees.map((tree) => differences(expected, tree));
  const [closest = []] = compared.toSorted((one, other) => one.length - other.length);
  const reasons = [...tracing.findings().map(({ message }) => message), ...closest];
  return [
    "the trace was not recorded",
    ...reasons.map((reason) => `  - ${reason}`),
    "expected:",
    indented(formatTree(expected)),
    "recorded:",
    indented(trees.length === 0 ? "no spans" : trees.map((tree) => formatTree(tree)).join("\n")),
  ].join("\n");
}

const indented = (text: string): string => text.replace(/^/gm, "  ");

/** Checks that no mistake was made, once the open spans have ended. */
export function checkMistakes(tracing: TestTracing): CheckResult | Promise<CheckResult> {
  const isOpen = tracing.spans.some(({ ended }) => !ended);
  return isOpen ? tracing.settled().then(() => mistakes(tracing)) : mistakes(tracing);
}

function mistakes(tracing: TestTracing): CheckResult {
  const found = tracing.findings();
  const list = found.map(({ message }) => `  - ${message}`).join("\n");
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0
        ? "no mistake was found"
        : `mistakes in tracing:\n${list}\nrecorded:\n${indented(tracing.format())}`,
  };
}

/**
 * Resolves when the expected trace was recorded. For node:test, and for any other runner.
 *
 * The text has one span after the other, `GET /users/:id > GET > SELECT`; lists of children in
 * parentheses, `GET / > (GET > GET /gettime, SELECT)`; or one span a line, indented. A kind may
 * precede a name, `SERVER GET /`, and ` [error]` follows a span that fails.
 *
 * @throws Error with the mistakes that were made, and both trees.
 * @throws TypeError for a text that describes no trace.
 * @example
 * await assertTrace(tracing, "GET /users/:id > SELECT");
 */
export async function assertTrace(tracing: TestTracing, expected: string): Promise<void> {
  const { pass, message } = await checkTrace(tracing, expected);
  if (!pass) throw new Error(message());
}

/**
 * Resolves when no mistake was made.
 *
 * @throws Error that names each mistake in one line.
 * @example
 * await assertNoMistakes(tracing);
 */
export async function assertNoMistakes(tracing: TestTracing): Promise<void> {
  const { pass, message } = await checkMistakes(tracing);
  if (!pass) throw new Error(message());
}
