/**
 * The headers hop by hop: left what came to a proxy, right what it sent.
 */
import type { Hop } from "./mesh.js";
import type { Style } from "./style.js";

/** Tracing first, in the order in which they are read; the rest by name. */
const FIRST = [
  "x-request-id",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-flags",
  "b3",
  "traceparent",
  "tracestate",
];
const ABSENT = "-";

/** `+` is new at this hop, `~` changed, `-` alone not there; anything else is as it came. */
export function headerTable(hops: readonly Hop[], style: Style): string[] {
  const names = headerNames(hops);
  const columns = hops.map((hop, index) => {
    const before = hops[index - 1]?.headers;
    const cells = names.map((name) => mark(hop.headers[name], before && (before[name] ?? ABSENT)));
    const title = `  ${hop.from} -> ${hop.to}`;
    return { title, cells, width: Math.max(title.length, ...cells.map((cell) => cell.length)) };
  });
  const nameWidth = Math.max(...names.map((name) => name.length));
  const line = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(nameWidth)}  ${cells.join("  ")}`.trimEnd();
  const title = columns.map((column) => column.title.padEnd(column.width));
  const rows = names.map((name, row) =>
    line(
      name,
      columns.map((column) => {
        const cell = column.cells[row] ?? "";
        const padding = " ".repeat(column.width - cell.length);
        return `${cell.startsWith(" ") ? style("dim", cell) : style("green", cell)}${padding}`;
      }),
    ),
  );
  return [style("bold", line("", title)), ...rows];
}

export function headerNames(hops: readonly Hop[]): string[] {
  const names = new Set(hops.flatMap(({ headers }) => Object.keys(headers)));
  const rest = [...names].filter((name) => !FIRST.includes(name)).toSorted();
  return [...FIRST.filter((name) => names.has(name)), ...rest];
}

function mark(value: string | undefined, before: string | undefined): string {
  const text = value ?? ABSENT;
  if (before === undefined || text === before) return `  ${text}`;
  return `${before === ABSENT ? "+" : "~"} ${text}`;
}
