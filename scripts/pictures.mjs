// The README's picture: the demo's trace, as spans that its collector really got.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const FILE = "docs/images/trace.svg";
const WIDTH = 900;
const LABELS = 400;
const ROW = 30;
const TOP = 62;
const COLOURS = { gateway: "#7c5cbf", sidecar: "#2f7ed8", app: "#2a9d63" };

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const milliseconds = (microseconds) => `${(microseconds / 1000).toFixed(2)} ms`;

/** Who made a span: Envoy names itself in `node_id`. */
function maker({ tags }) {
  const [kind] = (tags.node_id ?? "app").split("~");
  return kind === "router" ? "gateway" : kind;
}

/** One request of `npm run demo -- --json` as an SVG. */
function picture({ path, traceId, requestId, spans }) {
  const from = Math.min(...spans.map(({ start }) => start));
  const whole = Math.max(...spans.map(({ start, duration }) => start + duration)) - from;
  const scale = (WIDTH - LABELS - 110) / Math.max(whole, 1);
  const rows = spans.map((span, index) => {
    const y = TOP + index * ROW;
    const x = LABELS + (span.start - from) * scale;
    const width = Math.max(span.duration * scale, 3);
    const label = `${span.service} (${maker(span)}), ${span.kind}`;
    return [
      `<text x="${16 + span.depth * 18}" y="${y + 16}">${span.depth > 0 ? "└ " : ""}${escaped(label)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${width.toFixed(1)}" height="18" rx="3" fill="${COLOURS[maker(span)]}"/>`,
      `<text class="quiet" x="${(x + width + 6).toFixed(1)}" y="${y + 16}">${milliseconds(span.duration)}</text>`,
    ].join("");
  });
  const height = TOP + spans.length * ROW + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${spans.length} spans of one trace">
<style>text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}.quiet{fill:#59636e}</style>
<rect width="${WIDTH}" height="${height}" rx="8" fill="#f6f8fa" stroke="#d1d9e0"/>
<text x="16" y="26">GET ${escaped(path)}, ${spans.length} spans, ${milliseconds(whole)}</text>
<text class="quiet" x="16" y="46">trace ${escaped(traceId)}, x-request-id ${escaped(requestId)}</text>
${rows.join("\n")}
</svg>
`;
}

const demo = spawnSync(process.execPath, ["packages/examples/dist/demo/main.js", "--json"], { encoding: "utf8" });
if (demo.status !== 0) throw new Error(`the demo failed: ${demo.stdout}${demo.stderr}`);
// The first request also loads code; the second is what a running service looks like.
writeFileSync(FILE, picture(JSON.parse(demo.stdout).requests[1]));
process.stderr.write(`meshtrace: wrote ${FILE}\n`);
