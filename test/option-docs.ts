/**
 * The options of `initTracing` as an editor shows them: documentation comments of the type
 * `TracingOptions`.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface OptionDocs {
  readonly text: string;
  /** The tag `@default`. */
  readonly default: string | undefined;
}

const FILE = fileURLToPath(new URL("../packages/core/src/config/tracing-options.ts", import.meta.url));

/**
 * Returns the documentation of the options with these dotted names, and of the groups that they are
 * in.
 */
export function optionDocs(names: Iterable<string>): ReadonlyMap<string, OptionDocs> {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    // Comments are all that is read; the types of Node and of the language are not needed.
    types: [],
    noLib: true,
  };
  const program = ts.createProgram([FILE], options);
  const checker = program.getTypeChecker();
  const leaves = new Set(names);
  const docs = new Map<string, OptionDocs>();
  const visit = (type: ts.Type, prefix: string): void => {
    for (const property of checker.getPropertiesOfType(type)) {
      const name = prefix + property.name;
      const tag = property.getJsDocTags(checker).find((one) => one.name === "default");
      docs.set(name, {
        text: ts.displayPartsToString(property.getDocumentationComment(checker)).replace(/\s+/g, " "),
        default: tag && ts.displayPartsToString(tag.text),
      });
      if (leaves.has(name)) continue;
      const member = checker.getNonNullableType(checker.getTypeOfSymbol(property));
      const group = member.isUnion() ? member.types.find((one) => one.flags & ts.TypeFlags.Object) : member;
      if (group !== undefined) visit(group, `${name}.`);
    }
  };
  const file = program.getSourceFile(FILE);
  const declaration = file?.statements.find(ts.isInterfaceDeclaration);
  if (declaration === undefined) throw new Error(`${FILE}: no interface`);
  visit(checker.getTypeAtLocation(declaration), "");
  return docs;
}
