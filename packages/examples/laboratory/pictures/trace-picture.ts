/** A request's trace as a waterfall. */
import { madeBy } from "../demo/collected-span.js";
import type { Outcome } from "../demo/demo.js";
import { flatten } from "../demo/trace-tree.js";
import { barsOf, milliseconds } from "../demo/waterfall.js";
import { card, line, round, WIDTH } from "./svg.js";

const LABELS = 400;
const ROW = 30;
const TOP = 62;
const DURATION = 110;
const COLOURS = new Map([
  ["gateway", "#7c5cbf"],
  ["sidecar", "#2f7ed8"],
  ["waypoint", "#bf6f1f"],
  ["app", "#2a9d63"],
]);

export function tracePicture({ path, traceId, requestId, tree }: Outcome): string {
  const rows = flatten(tree.roots);
  const bars = barsOf(rows.map(({ span }) => span));
  const drawn = rows.flatMap(({ span, depth }, index) => {
    const { start = 0, width = 0 } = bars[index] ?? {};
    const y = TOP + index * ROW;
    const x = LABELS + start * (WIDTH - LABELS - DURATION);
    const length = Math.max(width * (WIDTH - LABELS - DURATION), 3);
    const label = `${depth > 0 ? "└ " : ""}${span.service} (${madeBy(span)}), ${span.kind}`;
    return [
      line(16 + depth * 18, y + 16, label),
      `<rect x="${round(x)}" y="${y + 3}" width="${round(length)}" height="18" rx="3" fill="${COLOURS.get(madeBy(span))}"/>`,
      line(x + length + 6, y + 16, milliseconds(span.duration), "quiet"),
    ];
  });
  const whole = rows[0] === undefined ? "" : `, ${milliseconds(rows[0].span.duration)}`;
  return card(WIDTH, TOP + rows.length * ROW + 10, `${rows.length} spans of one trace`, [
    line(16, 26, `GET ${path}, ${rows.length} spans${whole}`),
    line(16, 46, `trace ${traceId}, x-request-id ${requestId}`, "quiet"),
    ...drawn,
  ]);
}
