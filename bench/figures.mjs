// The two figures of README's section "Performance", taken from the tables of docs/benchmarks.md.
import { readFileSync, writeFileSync } from "node:fs";

const README = new URL("../README.md", import.meta.url);
const BENCHMARKS = new URL("../docs/benchmarks.md", import.meta.url);
const PLACE = /(<!-- figures:.*-->\n)[\s\S]*?(<!-- \/figures -->)/;

/** Returns the figures as Markdown. Throws if a table or row is missing. */
export function figures(page = readFileSync(BENCHMARKS, "utf8")) {
  const cell = (table, row, column) => {
    // Tables that are kept by Node version: the first one.
    const block = page.split(new RegExp(`<!-- bench: ${table}(?:, Node 20)? -->`))[1]?.split("<!-- /bench -->")[0];
    const line = block?.split("\n").find((text) => text.startsWith(`| ${row} `));
    const value = line?.split("|")[column + 1]?.trim();
    if (!value) throw new Error(`docs/benchmarks.md has no row "${row}" in the table "${table}"`);
    return value;
  };
  const rows = [
    ["a `node:http` server without tracing", cell("server", "bare", 1), "–"],
    ["with meshtrace", cell("server", "meshtrace, Zipkin", 1), size("@meshtrace/core and http-middleware")],
    ["with OpenTelemetry", cell("server", "OpenTelemetry 2.x, Zipkin", 1), size("OpenTelemetry 2.x with B3, Zipkin")],
  ];
  function size(row) {
    return `${cell("size", row, 1)} packages, ${cell("size", row, 2)}`;
  }
  return ["| | CPU of a sampled request, exported to Zipkin | installed |", "| --- | ---: | ---: |"]
    .concat(rows.map((row) => `| ${row.join(" | ")} |`))
    .join("\n");
}

/** Returns the figures that README contains. */
export function readmeFigures() {
  return PLACE.exec(readFileSync(README, "utf8"))?.[0].split("\n").slice(2, -2).join("\n");
}

/** Writes the figures to README. */
export function writeFigures() {
  const text = readFileSync(README, "utf8");
  writeFileSync(
    README,
    text.replace(PLACE, (_, open, close) => `${open}\n${figures()}\n\n${close}`),
  );
}
