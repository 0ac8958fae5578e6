// The rules that a list of imports does not show: which files name `process` and headers, and how
// long a file may be.
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

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = violationsOfLibraries();
  for (const line of found) console.error(line);
  process.exitCode = found.length === 0 ? 0 : 1;
}
