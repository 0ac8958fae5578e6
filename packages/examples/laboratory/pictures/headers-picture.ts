/** The tracing headers of a request, hop by hop: left what came to a proxy, right what it sent. */
import type { Outcome } from "../demo/demo.js";
import { headerNames } from "../demo/header-table.js";
import { CHARACTER, card, line } from "./svg.js";

const ROW = 22;
const TOP = 34;
const LEFT = 16;
const GAP = 3;

export function headersPicture({ hops }: Outcome): string {
  const names = headerNames(hops).filter((name) => /^(x-request-id|x-b3-.*|b3|traceparent|tracestate)$/.test(name));
  const nameWidth = Math.max(...names.map((name) => name.length));
  // The client's own column would be empty.
  const displayed = hops.slice(1).map((hop, index) => ({
    title: `${hop.from} → ${hop.to}`,
    values: names.map((name) => ({ text: hop.headers[name] ?? "-", before: hops[index]?.headers[name] })),
  }));
  let x = LEFT + (nameWidth + GAP) * CHARACTER;
  const columns = displayed.flatMap(({ title, values }) => {
    const at = x;
    x += (Math.max(title.length, ...values.map(({ text }) => text.length)) + GAP) * CHARACTER;
    return [
      line(at, TOP - 10, title, "quiet"),
      ...values.map(({ text, before }, row) => {
        const kind = before === undefined ? "new" : before === text ? undefined : "changed";
        return line(at, TOP + (row + 0.7) * ROW, text, kind);
      }),
    ];
  });
  const height = TOP + names.length * ROW + 12;
  const label = `The tracing headers between ${hops.map(({ from }) => from).join(", ")} and app`;
  return card(Math.ceil(x), height, label, [
    ...names.map((name, row) => line(LEFT, TOP + (row + 0.7) * ROW, name)),
    ...columns,
  ]);
}
