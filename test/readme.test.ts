import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENTRIES } from "../packages/core/src/config/schema.js";
import { optionDocs } from "./option-docs.js";

const readmeFile = new URL("../README.md", import.meta.url);
const referenceFile = new URL("../docs/reference/configuration.md", import.meta.url);
const docs = optionDocs(ENTRIES.keys());
const code = (text: string): string => `\`${text}\``;

/** A default that is one plain value or a list of them; others are described in words. */
function plainDefault(value: unknown): string | undefined {
  const values = [value].flat();
  const isPlain = values.every((one) => typeof one === "string" || typeof one === "boolean" || Number.isFinite(one));
  return isPlain && values.length > 0 && values.length < 5 ? values.join(",") : undefined;
}

test.each([...ENTRIES])("%s: its comment says what it is, and names its default", (name, entry) => {
  const { text, default: tag } = docs.get(name) ?? {};
  expect(text).toMatch(/^[A-Z`].*[.]$/);
  const expected = plainDefault(entry.default);
  if (expected !== undefined) expect(tag).toBe(expected);
  else if (entry.default !== undefined) expect(tag).toBeDefined();
});

test("every group has a comment", () => {
  for (const [name, { text }] of docs) expect(text, name).not.toBe("");
});

test("the table of options is that of the schema", () => {
  const page = readFileSync(referenceFile, "utf8");
  const rows = [...ENTRIES].map(([name, { type, variables }]) => {
    const { text = "", default: tag = "" } = docs.get(name) ?? {};
    // Error messages begin with what is wrong.
    const [allowed, asText] = [type.allowed, type.allowedText ?? type.allowed].map((one) =>
      one.replace(/^unknown [a-z]+; /, ""),
    );
    return [
      code(name),
      variables.map(code).join(" "),
      /^[\w./,]+$/.test(tag) ? code(tag) : tag,
      variables.length === 0 || allowed === asText ? allowed : `${allowed}; variable: ${asText}`,
      text,
    ].join(" | ");
  });
  const table = [
    "| option | variables | default | allowed | meaning |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
  if (process.env["UPDATE_DOCS"]) {
    const updated = page.replace(
      /(<!-- options:.*-->\n)[\s\S]*?(<!-- \/options -->)/,
      (_all, start, end) => `${start}\n${table}\n\n${end}`,
    );
    writeFileSync(referenceFile, updated);
    return;
  }
  expect(page).toContain(table);
});

test("every command that README and CONTRIBUTING name exists", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const documents = [readmeFile, new URL("../CONTRIBUTING.md", import.meta.url)]
    .map((document) => readFileSync(document, "utf8"))
    .join("\n");
  const named = [...documents.matchAll(/`npm (?:run ([a-z][a-z:]+)|(test))(?= --|`)/g)].map(
    ([, run, test]) => run ?? test,
  );
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(scripts).toHaveProperty([String(name)]);
});
