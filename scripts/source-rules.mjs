// The rules that a list of imports does not show: which files name `process` and headers, how long
// a file may be, and that tests do not sleep.
import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { LIBRARIES } from "./build-library.mjs";

const MAY_NAME_PROCESS =
  /^packages\/(core\/src\/(init|node-modules|config\/process-environment)|http-middleware\/src\/register)\.ts$/;
const ADAPTER = /^packages\/http-middleware\/src\//;
const HEADER =
  /^(b3|x-b3-[a-z]+|traceparent|tracestate|x-request-id|x-ot-span-context|grpc-trace-bin|x-cloud-trace-context|x-datadog-[a-z-]+|sw8)$/i;
const MAX_LINES = 250;
const TESTS = /^test\/|\/test\/|\.test\.ts$/;
/** A timer with a delay, also in the text of a program, or as a promise. */
const SLEEP = /(?<![.\w"])setTimeout\((?!\w+\)|\.\.\.)|\bsetTimeout\b.*timers\/promises/;
/** Folders and files whose tests may have timers with a delay. */
const MAY_SLEEP = {
  "packages/http-middleware/test/parity/": "the timers belong to the apps that are compared",
  "packages/http-middleware/test/beside/database-servers.ts": "asks a port until a database answers",
  "packages/examples/laboratory/brokers/": "asks for the spans of other processes until they are there",
  "packages/examples/laboratory/mesh/test/": "a proxy does not announce that it has nothing more to send",
  "test/running-app.ts": "kills an app that does not end",
  "test/source-rules.test.ts": "tests this rule",
};

/** What is wrong with one source file: `line: sentence` each. */
export function violations(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found = [];
  const complain = (node, sentence) =>
    found.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${sentence}`);
  const visit = (node) => {
    if (!MAY_NAME_PROCESS.test(file) && namesProcess(node)) complain(node, "`process` is handed in, not named");
    if (ADAPTER.test(file) && namesHeader(node)) complain(node, `an adapter knows no header, here ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const lines = source.trimEnd().split("\n").length;
  if (lines > MAX_LINES) found.push(`${file}: ${lines} lines, at most ${MAX_LINES}`);
  return found;
}

/** The lines of a test that wait for time instead of an event. */
export function sleeps(file, source) {
  if (!TESTS.test(file) || Object.keys(MAY_SLEEP).some((path) => file.startsWith(path))) return [];
  return source
    .split("\n")
    .flatMap((line, index) =>
      SLEEP.test(line) ? [`${file}:${index + 1}: a test waits for an event, not for time`] : [],
    );
}

/** The global, `globalThis.process`, and the module; but not a property of something else. */
function namesProcess(node) {
  if (ts.isStringLiteral(node)) return /^(node:)?process$/.test(node.text) && !ts.isPropertyAssignment(node.parent);
  if (!ts.isIdentifier(node) || node.text !== "process") return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return parent.expression.getText() === "globalThis";
  return !((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node);
}

/** As text, or as a property that is read or written without quotes. */
function namesHeader(node) {
  if (ts.isStringLiteralLike(node)) return HEADER.test(node.text);
  return ts.isIdentifier(node) && ts.isPropertyAccessExpression(node.parent) && HEADER.test(node.text);
}

/** What is wrong with the sources of the libraries. */
export function violationsOfLibraries() {
  const sources = LIBRARIES.flatMap((library) =>
    readdirSync(`${library}/src`, { recursive: true })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${library}/src/${name}`),
  );
  return sources.flatMap((file) => violations(file, readFileSync(file, "utf8")));
}

/** What is wrong with the tests. */
export function violationsOfTests() {
  const folders = ["packages/core/test", "packages/http-middleware/test", "packages/examples", "test"];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => /\.[cm]?[jt]s$/.test(name) && !/(^|\/)(node_modules|dist|apps)\//.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return files.flatMap((file) => sleeps(file, readFileSync(file, "utf8")));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = [...violationsOfLibraries(), ...violationsOfTests()];
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
