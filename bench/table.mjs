// A benchmark's result as text, and its place in the README.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const README = new URL("../README.md", import.meta.url);

/** `{ title, columns, rows, notes }` as a Markdown table with its title above and its notes below. */
export function show({ title, columns, rows, notes = [] }) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [`${title}:`, "", line(columns), line(rule), ...rows.map(line), ...notes.flatMap((note) => ["", note])].join(
    "\n",
  );
}

/** The machine that the numbers are from. */
export function machine() {
  return `Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? "unknown CPU"}`;
}

/** Puts the result between the markers that carry its name; throws when the README has none. */
export function writeReadme(name, result) {
  const readme = readFileSync(README, "utf8");
  const place = new RegExp(`(<!-- bench: ${name} -->\n)[^]*?(<!-- /bench -->)`);
  if (!place.test(readme)) throw new Error(`README.md has no <!-- bench: ${name} --> with <!-- /bench --> behind it`);
  const text = `\n${show(result)}\n\n${machine()}.\n\n`;
  writeFileSync(
    README,
    readme.replace(place, (_, open, close) => `${open}${text}${close}`),
  );
}
