/** The blocks of code in the documents, and the commands in those of shells. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const markdownIn = (folder: string): string[] =>
  readdirSync(`${root}/${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `${folder}/${name}`);

/** Every page that users and contributors read. */
export const documents: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  "packages/core/README.md",
  "packages/http-middleware/README.md",
  "packages/testing/README.md",
  ...markdownIn("docs"),
];

export interface Block {
  readonly document: string;
  /** The position among the blocks of the document, from 1. */
  readonly index: number;
  /** Empty where the block names none. */
  readonly language: string;
  readonly text: string;
}

/** Returns the fenced blocks of a document, also those inside of a list. */
export function blocksOf(document: string): Block[] {
  const fences = readFileSync(`${root}/${document}`, "utf8").matchAll(
    /^([ \t]*)(```+|~~~+)[ \t]*([^\s`]*)[^\n]*\n([\s\S]*?)^[ \t]*\2[ \t]*$/gm,
  );
  return [...fences].map(([, indent = "", , language = "", text = ""], position) => ({
    document,
    index: position + 1,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

export const blocks: readonly Block[] = documents.flatMap(blocksOf);

/** The languages of blocks by the test that runs them. */
export const PROGRAMS = ["js", "ts", "mjs", "cjs"];
export const SHELLS = ["sh", "bash", "shell", "console"];
export const MANIFESTS = ["yaml", "yml"];
/** Layouts of folders and output: nothing to run. */
export const TEXTS = ["text"];

/** What a command needs, by how it begins; the variables before it do not matter. */
const KINDS = {
  /** Installs packages: `install-lines.packages.test.ts`. */
  install: /^npm (install|i) /,
  /** Runs a script of this repository, or a program that it installs. */
  repository: /^(npm (run|test)\b|npx -p node@\d+ node node_modules\/|node_modules\/\.bin\/)/,
  /** Starts a program: `commands.test.ts`. */
  node: /^node /,
  /** Asks the program of the same page. */
  curl: /^curl /,
  /** Needs a cluster: the files that it names exist. */
  cluster: /^(kubectl|istioctl|helm) /,
} as const;

export interface Command {
  readonly document: string;
  readonly kind: keyof typeof KINDS | undefined;
  readonly line: string;
}

/** Returns the commands of a block of a shell, without comments; continued lines are joined. */
function commandsOf({ document, text }: Block): Command[] {
  const lines = text
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/(^|\s+)#.*$/, "")
        .trim(),
    );
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const bare = line.replace(/^([A-Z_]+=\S*\s+)+/, "");
      const kind = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((name) => KINDS[name].test(bare));
      return { document, kind, line };
    });
}

export const commands: readonly Command[] = blocks
  .filter(({ language }) => SHELLS.includes(language))
  .flatMap(commandsOf);
