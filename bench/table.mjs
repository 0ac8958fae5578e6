// A benchmark's result as text, and its place in docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url);

/**
 * Returns `{ title, columns, rows, notes }` as a Markdown table: title above, notes and the machine
 * below.
 */
export function show({ title, columns, rows, notes = [] }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  const below = [...notes, `${machine()}.`].flatMap((note) => ["", note]);
  return [`${title}:`, "", line(columns), line(rule), ...rows.map(line), ...below].join("\n");
}

/** Returns the Node version and the CPU that the numbers are from. */
export function machine() {
  return `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}`;
}

/** Returns `1.07x`: what `numbers` cost against `others`. */
export const times = (cost, other) => `${(cost / other).toFixed(2)}x`;

/**
 * Writes the result between the markers that carry its name and this Node's major version (`bench:
 * server, Node 24`), or else its name alone. Throws if the page has neither.
 */
export function writeResult(name, result) {
  const page = readFileSync(PAGE, "utf8");
  const major = process.versions.node.split(".")[0];
  const place = [`${name}, Node ${major}`, name].map(placeOf).find((expression) => expression.test(page));
  if (!place) throw new Error(`docs/benchmarks.md has no <!-- bench: ${name} --> with <!-- /bench --> behind it`);
  writeFileSync(
    PAGE,
    page.replace(place, (_, open, close) => `${open}\n${show(result)}\n\n${close}`),
  );
}

const placeOf = (name) => new RegExp(`(<!-- bench: ${name} -->\n)[^]*?(<!-- /bench -->)`);
