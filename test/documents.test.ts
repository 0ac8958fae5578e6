/**
 * Runs the programs in the documents with the built packages. A program that listens on `PORT` gets
 * one request, and its span must have the caller's as its parent; every other program must exit
 * with 0.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { blocks, blocksOf, commands, documents, MANIFESTS, PROGRAMS, root, SHELLS, TEXTS } from "./document-blocks.js";
import { freePort, start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";
import { toCommonJs } from "./ten-lines.js";

type Program = readonly [name: string, extension: string, code: string];

/** The programs of a document; those of a README in CommonJS too. */
function programsOf(document: string): Program[] {
  const programs = blocksOf(document).filter(({ language }) => PROGRAMS.includes(language));
  return programs.flatMap(({ language, text }, index): Program[] => {
    const code = language === "ts" ? transformSync(text, { loader: "ts", target: "node20" }).code : text;
    const name = `${document}, program ${index + 1}`;
    if (language === "cjs") return [[name, "cjs", code]];
    const esm: Program = [name, "mjs", code];
    return document.endsWith("README.md") ? [esm, [`${name}, as CommonJS`, "cjs", toCommonJs(code)]] : [esm];
  });
}

test("every block has a language that a test runs, and every command a kind", () => {
  const known = [...PROGRAMS, ...SHELLS, ...MANIFESTS, ...TEXTS];
  expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
  expect(commands.filter(({ kind }) => kind === undefined)).toEqual([]);
});

test.each(documents.flatMap(programsOf))("%s", async (_name, extension, code) => {
  // Frameworks and libraries resolve by name inside a package.
  const library = code.includes("@meshtrace/testing") ? "testing" : "http-middleware";
  mkdirSync(`${root}/packages/${library}/dist`, { recursive: true });
  const folder = mkdtempSync(`${root}/packages/${library}/dist/document-`);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const surroundings = await startSurroundings();
  onTestFinished(() => surroundings.close());
  const PORT = await freePort();
  writeFileSync(`${folder}/program.${extension}`, code);
  const program = start(folder, [process.execPath, `program.${extension}`], { ...surroundings.environment, PORT });
  onTestFinished(async () => void (await program.stop()));

  if (!code.includes("PORT")) {
    expect(await program.ended).toBe(0);
    return;
  }
  const ask = (): Promise<number> =>
    fetch(`http://127.0.0.1:${PORT}/`, { headers: INCOMING }).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ask, { timeout: 10_000 }).toBe(200);
  await expectForwarded(surroundings, code.includes("TIME_SERVICE_URL") ? 1 : 0);
});
