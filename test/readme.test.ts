import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SETTINGS } from "../packages/core/src/config/environment.js";

const file = new URL("../README.md", import.meta.url);

test("the table of variables is that of the code", () => {
  const readme = readFileSync(file, "utf8");
  const code = (text: string): string => `\`${text}\``;
  const standard = (row: (typeof SETTINGS)[number]): string => {
    if (row.defaultText !== undefined) return row.defaultText;
    if (row.option === "passThrough") return "the set above";
    return row.default === undefined ? "" : code([row.default].flat().join(","));
  };
  const rows = SETTINGS.map((row) =>
    [
      row.variables.map(code).join(" "),
      code(row.option),
      standard(row),
      // Errors say first what is wrong.
      row.parser.allowed.replace(/^unknown [a-z]+; /, ""),
      row.meaning,
    ].join(" | "),
  );
  const table = [
    "| variable | option | default | allowed | meaning |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
  if (process.env["UPDATE_README"]) {
    const updated = readme.replace(
      /(<!-- environment:.*-->\n)[\s\S]*?(<!-- \/environment -->)/,
      (_all, start, end) => `${start}\n${table}\n\n${end}`,
    );
    writeFileSync(file, updated);
    return;
  }
  expect(readme).toContain(table);
});

test("every command that it names exists", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const named = [...readFileSync(file, "utf8").matchAll(/`npm (?:run ([a-z][a-z:]+)|(test))(?= --|`)/g)].map(
    ([, run, test]) => run ?? test,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(scripts).toHaveProperty([String(name)]);
});
