/**
 * What came of one request: the tree that the backend draws and the headers between the hops, as
 * text that a test can hold against what it expects.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend, StoredSpan } from "../backends/backend.js";
import type { Recorded } from "../recorder.js";

export interface Observed {
  /** One line a span, indented under its parent: `hello-world.hello proxy server`. */
  readonly tree: readonly string[];
  /** One line a hop. */
  readonly headers: readonly string[];
  /** What the backend complained of, and what is wrong with the IDs. */
  readonly faults: readonly string[];
}

const ARRIVED_WITHIN = 15_000;
/** As long as a proxy or a service holds a span back, and again as much. */
const QUIET_FOR = 250;

/** Waits until `count` spans are there and no more come; then all that can be seen of the trace. */
export async function observe(
  backend: Backend,
  traceId: string,
  count: number,
  recorded: readonly Recorded[],
): Promise<Observed> {
  const sent = await arrived(backend, traceId, count);
  const drawn = await backend.drawn(traceId);
  return {
    tree: tree(drawn),
    headers: recorded.map((one) => headerLine(one, traceId, labels(sent))),
    faults: [...duplicates(drawn), ...drawn.flatMap(warnings), ...lostHeaders(recorded)],
  };
}

async function arrived(backend: Backend, traceId: string, count: number): Promise<readonly StoredSpan[]> {
  await until(async () => (await backend.sent(traceId)).length >= count);
  // One too many is as wrong as one too few.
  await sleep(QUIET_FOR);
  return backend.sent(traceId);
}

/** Waits until it is so, for 15 seconds where no other time is given; whether it was. */
export async function until(isSo: () => Promise<boolean>, milliseconds = ARRIVED_WITHIN): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!(await isSo())) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}

function label({ service, reporter, kind }: StoredSpan): string {
  return `${service} ${reporter} ${kind}`;
}

function tree(spans: readonly StoredSpan[]): string[] {
  const known = new Set(spans.map(({ id }) => id));
  const under = (parentId: string | undefined, depth: number): string[] =>
    spans
      .filter((span) => span.parentId === parentId)
      .flatMap((span) => [`${"  ".repeat(depth)}${label(span)}`, ...under(span.id, depth + 1)]);
  const lost = spans.filter(({ parentId }) => parentId !== undefined && !known.has(parentId));
  return [...under(undefined, 0), ...lost.flatMap((span) => [`? ${label(span)}`, ...under(span.id, 1)])];
}

/**
 * Who has which ID; of those that share one, who had it first: a proxy before its app, a client
 * before its server.
 */
function labels(spans: readonly StoredSpan[]): ReadonlyMap<string, string> {
  const rank = ({ reporter, kind }: StoredSpan): number => (reporter === "proxy" ? 0 : 2) + (kind === "client" ? 0 : 1);
  const ordered = [...spans].sort((one, other) => rank(other) - rank(one));
  return new Map(ordered.map((span) => [span.id, label(span)]));
}

/** `from -> to: b3 SPAN < PARENT, sampled 1`, and whatever else of the set is there. */
function headerLine({ hop, headers }: Recorded, traceId: string, names: ReadonlyMap<string, string>): string {
  const who = (id: unknown): string => (id === undefined ? "-" : (names.get(String(id)) ?? `unknown ${id}`));
  const trace = (id: unknown): string => (id === traceId ? "" : ` of trace ${id}`);
  const said: string[] = [];
  const { "x-b3-traceid": b3TraceId, "x-b3-sampled": sampled, "x-b3-flags": flags, b3, traceparent } = headers;
  if (b3TraceId !== undefined) {
    said.push(`b3 ${who(headers["x-b3-spanid"])} < ${who(headers["x-b3-parentspanid"])}${trace(b3TraceId)}`);
  }
  if (sampled !== undefined) said.push(`sampled ${sampled}`);
  if (flags !== undefined) said.push(`flags ${flags}`);
  if (b3 !== undefined) said.push(`b3 single ${b3}`);
  if (traceparent !== undefined) {
    const [, id, span, state] = String(traceparent).split("-");
    said.push(`traceparent ${who(span)} ${state}${trace(id)}`);
  }
  const state = headers["tracestate"] && String(headers["tracestate"]);
  // Our mark names a span.
  if (state) said.push(`tracestate ${state.replace(/(?<=meshtrace=)\w+/, who)}`);
  return `${hop}: ${said.join(", ") || "nothing"}`;
}

/** Headers that must go on byte for byte, from the first hop that has them to the last. */
const PASSED = ["x-request-id", "x-ot-span-context", "x-datadog-trace-id"];

function lostHeaders(recorded: readonly Recorded[]): string[] {
  return PASSED.flatMap((name) => {
    const first = recorded.findIndex(({ headers }) => headers[name] !== undefined);
    const value = recorded[first]?.headers[name];
    const later = first < 0 ? [] : recorded.slice(first + 1);
    return later.filter(({ headers }) => headers[name] !== value).map(({ hop }) => `${hop}: ${name} was lost`);
  });
}

function duplicates(spans: readonly StoredSpan[]): string[] {
  const counts = new Map<string, number>();
  for (const { id } of spans) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > 1).map(([id, count]) => `span ID ${id} ${count} times`);
}

/** Clocks of a busy machine are not what is tested. */
function warnings(span: StoredSpan): string[] {
  const received = span.warnings.filter((warning) => !warning.startsWith("clock skew adjustment disabled"));
  return received.map((warning) => `${label(span)}: ${warning}`);
}
