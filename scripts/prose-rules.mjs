// Prints words in prose and in identifiers that should be written differently, and long comment
// lines. Exits with 1 if there is any. Text in code marks is not prose.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import ts from "typescript";

const MAX_COMMENT_COLUMNS = 100;

/** Words that make a reader stop, and what to write. */
const WORDS = [
  [/\b(nobody|somebody)\b/i, "no one, never, or the actor"],
  [/\bwhoever\b/i, "users who, callers that"],
  [/\b(for|by|from|of) who\b/i, "for users who"],
  [/\bof ours\b/i, "our X"],
  [/\bshall\b/i, "must, should"],
  [/\b(is|are|was|were|be|been|not) told\b/i, "is logged, receives, calls onX with"],
  [/\bis said\b/i, "is logged"],
  [/\b(stands|stood)\b/i, "the thing's verb: is, contains, exists"],
  [/\bthe zero code\b/i, "zero-code instrumentation"],
  [/\bunrecorded spans?\b/i, "non-recording span"],
  [/\bat three in the morning\b/i, "Troubleshooting"],
  [/\bwhat waits\b/i, "waiting spans"],
];

const IDENTIFIERS = [
  [/^(MOST|LONGEST|LARGEST|DEEPEST)_/, "MAX_..."],
  [/^STANDARD_|^standard[A-Z]/, "default..."],
  [/^(given|asked|told|shown|stands)$/, "the thing's noun"],
];

const files = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], { encoding: "utf8" }).stdout.split("\n");
const findings = [];
const find = (file, line, text, instead) => findings.push(`${file}:${line}: ${text.trim()}  (write: ${instead})`);

for (const file of files) {
  if (/\.(md|yaml|yml)$/.test(file) && file !== "pnpm-lock.yaml") checkText(file);
  else if (/\.(ts|mts|mjs|cjs|js)$/.test(file)) checkCode(file);
}
for (const finding of findings) console.log(finding);
console.log(`${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;

function checkText(file) {
  let code = false;
  for (const [index, line] of readFileSync(file, "utf8").split("\n").entries()) {
    if (line.startsWith("```")) code = !code;
    else if (!code) checkWords(file, index + 1, line.replace(/`[^`]*`/g, ""));
  }
}

function checkCode(file) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  for (const { pos, end } of comments(source, text)) {
    const first = lineOf(pos);
    for (const [index, line] of text.slice(pos, end).split("\n").entries()) {
      checkWords(file, first + index, line.replace(/`[^`]*`/g, ""));
      const columns = index === 0 ? source.getLineAndCharacterOfPosition(pos).character + line.length : line.length;
      if (columns > MAX_COMMENT_COLUMNS && !/https?:\/\/\S{40}|biome-ignore/.test(line))
        find(file, first + index, line, `at most ${MAX_COMMENT_COLUMNS} columns, this has ${columns}`);
    }
  }
  visit(source);
  function visit(node) {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      checkWords(file, lineOf(node.getStart()), node.text.replace(/`[^`]*`/g, ""));
    if (ts.isIdentifier(node) && isDeclarationName(node)) {
      for (const [pattern, instead] of IDENTIFIERS)
        if (pattern.test(node.text)) find(file, lineOf(node.getStart()), node.text, instead);
    }
    ts.forEachChild(node, visit);
  }
}

function isDeclarationName(node) {
  return node.parent !== undefined && node.parent.name === node;
}

/** Comments of a file, each once. */
function comments(source, text) {
  const found = new Map();
  const visit = (node) => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ])
      found.set(range.pos, range);
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return found.values();
}

function checkWords(file, line, text) {
  for (const [pattern, instead] of WORDS) if (pattern.test(text)) find(file, line, text, instead);
}
