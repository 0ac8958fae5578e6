/** What an editor shows of the names that the packages export: docstrings, and their examples. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));

export interface ExportedName {
  /** For example `@meshtrace/http-middleware/koa`. */
  readonly entry: string;
  readonly name: string;
  readonly text: string;
  readonly examples: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, { readonly import?: { readonly types: string } } | string>>;
}

/** The source of each entry point for users. `adapter` and `register` have none of their names. */
function entries(folder: string): [entry: string, file: string][] {
  const { name, exports } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, "utf8")) as Manifest;
  return Object.entries(exports).flatMap(([path, target]): [string, string][] => {
    const types = typeof target === "string" ? undefined : target.import?.types;
    if (types === undefined || path === "./adapter" || path === "./register") return [];
    const file = types.replace("./dist/esm/", "src/").replace(".d.ts", ".ts");
    return [[name + path.slice(1), `${root}/${folder}/${file}`]];
  });
}

/** Returns an example without the fence that it may have. */
const codeOf = (example: string): string => example.trim().replace(/^```\w*\n([\s\S]*)```$/, "$1");

/** Returns the functions, classes and objects that users import. */
export function exportedNames(): ExportedName[] {
  const files = new Map(["packages/core", "packages/http-middleware", "packages/testing"].flatMap(entries));
  const program = ts.createProgram([...files.values()], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    // Comments are all that is read; the types of Node and of the language are not needed.
    types: [],
    noLib: true,
  });
  const checker = program.getTypeChecker();
  return [...files].flatMap(([entry, file]) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile);
    if (module === undefined) throw new Error(`${file}: no module`);
    return checker.getExportsOfModule(module).flatMap((exported): ExportedName[] => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
      const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ");
      const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === "example");
      return [
        { entry, name: exported.name, text, examples: tags.map((tag) => codeOf(ts.displayPartsToString(tag.text))) },
      ];
    });
  });
}

/** Returns the names that a module uses and does not declare. */
export function undeclaredNames(text: string): Set<string> {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isName = "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
      const isMember = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent);
      if (!isName) used.add(node.text);
      else if (!isMember) declared.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("example.ts", text, ts.ScriptTarget.ES2022, true));
  return new Set([...used].filter((name) => !declared.has(name)));
}

/**
 * Compiles modules that exist only in memory, by their path below the root. Returns one line for
 * each error.
 */
export function compileErrors(modules: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
    noEmit: true,
    esModuleInterop: true,
    types: ["node"],
    typeRoots: [`${root}/node_modules/@types`],
  };
  const host = ts.createCompilerHost(options);
  const texts = new Map([...modules].map(([path, text]) => [`${root}${path}`, text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...more) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, ...more) : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram([...texts.keys()], options, host)).map(({ file, messageText }) => {
    return `${file?.fileName.slice(root.length) ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
