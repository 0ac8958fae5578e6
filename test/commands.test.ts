/**
 * Runs the commands in the documents: programs that start with `node`, and the requests that are
 * sent to them.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { blocksOf, type Command, commands, root } from "./document-blocks.js";
import { freePort, start } from "./running-app.js";
import { expectForwarded, INCOMING, startSurroundings } from "./surroundings.js";
import { tenLines, toCommonJs } from "./ten-lines.js";

const of = (kind: Command["kind"]): Command[] => commands.filter((command) => command.kind === kind);

/**
 * The app of a command that names none of its own: without tracing, so that the command has to add
 * it.
 */
const UNTRACED = `import { createServer } from "node:http";
createServer(async (_request, response) => {
  response.end(await (await fetch(process.env.TIME_SERVICE_URL)).text());
}).listen(Number(process.env.PORT));
`;

/**
 * A folder inside of a package of ES modules, in which ours resolve by name, with the programs that
 * commands start.
 */
function folderWith(code: string): string {
  mkdirSync(`${root}/packages/http-middleware/dist`, { recursive: true });
  const folder = mkdtempSync(`${root}/packages/http-middleware/dist/command-`);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const extension of ["js", "mjs"]) writeFileSync(`${folder}/server.${extension}`, code);
  writeFileSync(`${folder}/server.cjs`, toCommonJs(code));
  return folder;
}

/** Splits a command into its variables and words; the documents quote neither. */
function parse(line: string): { variables: Record<string, string>; words: string[] } {
  const words = line.split(/\s+/);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const variables = words.slice(0, first).map((word) => word.split(/=(.*)/s).slice(0, 2) as [string, string]);
  return { variables: Object.fromEntries(variables), words: words.slice(first) };
}

describe("node", () => {
  test.each(of("node").map(({ document, line }) => [document, line]))("%s: %s", async (document, line) => {
    const { variables, words } = parse(line);
    const preloaded = words.some((word) => /^(--import|--require|-r)$/.test(word));
    const surroundings = await startSurroundings();
    onTestFinished(() => surroundings.close());
    const folder = folderWith(preloaded ? UNTRACED : tenLines);
    const PORT = await freePort();
    // The line decides, except for addresses.
    const { TIME_SERVICE_URL = "" } = surroundings.environment;
    const environment = { ...surroundings.environment, ...variables, PORT, TIME_SERVICE_URL };
    const app = start(folder, [process.execPath, ...words.slice(1)], environment);
    let stopped: Promise<string> | undefined;
    const stop = (): Promise<string> => (stopped ??= app.stop());
    onTestFinished(async () => void (await stop()));
    const request = of("curl").find(
      (command) => command.document === document && command.line.includes("localhost:8080"),
    );
    const ask = async (): Promise<string> => {
      const url = `http://127.0.0.1:${PORT}/`;
      if (request === undefined) return (await fetch(url, { headers: INCOMING })).text();
      const curl = request.line.replace(/http:\/\/localhost:8080\//, url);
      return (await promisify(execFile)("sh", ["-c", `${curl} --silent`])).stdout;
    };
    await expect.poll(() => ask().catch(String), { timeout: 10_000 }).toBe("noon");
    if (variables["OTEL_TRACES_EXPORTER"] !== "console") {
      await expectForwarded(surroundings);
      return;
    }
    const output = await stop();
    expect(output).toContain(INCOMING["x-b3-traceid"]);
    for (const kind of ["SERVER", "CLIENT"]) expect(output).toContain(kind);
  });
});

test("every curl asks a program or a pod of its page", () => {
  for (const { document, line } of of("curl")) {
    const texts = blocksOf(document)
      .map(({ text }) => text)
      .join("\n");
    expect(texts, line).toMatch(/PORT=8080 .*node |kubectl port-forward/);
  }
});

test("files and scripts that other commands name exist", () => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
  for (const { line } of [...of("repository"), ...of("cluster")]) {
    const script = /\bnpm run ([\w:]+)/.exec(line)?.[1];
    if (script !== undefined) expect(scripts, line).toHaveProperty([script]);
    for (const [path] of line.matchAll(/\b(packages|node_modules|test|docs)\/[\w./-]+/g)) {
      expect(existsSync(`${root}/${path}`), `${line}: ${path}`).toBe(true);
    }
  }
});
