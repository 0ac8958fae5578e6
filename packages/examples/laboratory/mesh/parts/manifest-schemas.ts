/**
 * JSON schemas for kubeconform, one file for each kind: `{kind}-{group}-{version}.json`, in lower
 * case.
 *
 * kubeconform's -strict closes the objects that a schema closes. A definition of a custom resource
 * closes none, because an API server prunes in place of refusing: here every object that names its
 * properties is closed.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { MeshFailure } from "../failure.js";

type Schema = { [key: string]: unknown };

/** As kubeconform's -schema-location takes it. */
export const SCHEMA_FILES = "{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json";

const DEFINITIONS = "_definitions.json";
const METADATA = { $ref: "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" };

function fileOf(kind: string, group: string, version: string): string {
  // kubeconform fills {{.Group}} with the version where a kind has no group.
  return `${kind}-${group || version}-${version}.json`.toLowerCase();
}

/** Kubernetes' definitions, which its schemas and everybody's metadata refer to, by name. */
export type Definitions = Readonly<Record<string, Schema>>;

/**
 * Copies Kubernetes' own schemas from `source`, each under the name of every kind that it
 * describes.
 */
export async function writeKubernetesSchemas(source: string, target: string): Promise<Definitions> {
  const { $defs: definitions } = (await readSchema(join(source, DEFINITIONS))) as { $defs: Definitions };
  for (const file of await readdir(source)) {
    const schema = await readSchema(join(source, file));
    const kinds = (schema["x-kubernetes-group-version-kind"] ?? []) as {
      kind: string;
      group: string;
      version: string;
    }[];
    for (const { kind, group, version } of kinds) {
      await write(join(target, fileOf(kind, group, version)), schema, definitions);
    }
  }
  return definitions;
}

/** Its references lead into itself, and its descriptions, most of its size, are left out. */
async function readSchema(file: string): Promise<Schema> {
  const text = (await readFile(file, "utf8")).replaceAll(/"[^"]*_definitions\.json#/g, '"#');
  const schema = JSON.parse(text, (key, value) =>
    key === "description" && typeof value === "string" ? undefined : value,
  );
  delete schema["$id"];
  return schema;
}

interface CustomResourceDefinition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { name: string; served: boolean; schema: { openAPIV3Schema: Schema } }[];
  };
}

/**
 * Writes a schema for each served version of each definition in the YAML files of `source`. Throws
 * when none is there.
 */
export async function writeCustomSchemas(source: string, target: string, definitions: Definitions): Promise<void> {
  let written = 0;
  for (const file of (await readdir(source)).filter((name) => name.endsWith(".yaml"))) {
    for (const document of parseAllDocuments(await readFile(join(source, file), "utf8"))) {
      const definition = document.toJS() as CustomResourceDefinition | null;
      if (definition?.kind !== "CustomResourceDefinition") continue;
      const { group, names, versions } = definition.spec;
      for (const { name, served, schema } of versions) {
        if (!served) continue;
        const custom = customSchema(schema.openAPIV3Schema, names.kind, group, name);
        await write(join(target, fileOf(names.kind, group, name)), custom, definitions);
        written += 1;
      }
    }
  }
  if (written === 0) throw new MeshFailure(`there are no definitions of custom resources in ${source}`);
}

function customSchema(schema: Schema, kind: string, group: string, version: string): Schema {
  const root = closed(schema) as Schema;
  const properties = {
    ...(root["properties"] as Schema),
    apiVersion: { enum: [`${group}/${version}`] },
    kind: { enum: [kind] },
    metadata: METADATA,
  };
  const required = new Set(["apiVersion", "kind", "metadata", ...((root["required"] ?? []) as string[])]);
  return { ...root, properties, required: [...required], additionalProperties: false };
}

/**
 * A structural OpenAPI schema as JSON schema: closed objects, integers that may be text, `nullable`
 * as a type.
 */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const result: Schema = {};
  for (const [key, value] of Object.entries(node)) {
    // Names of properties are no keywords.
    const members = key === "properties" ? Object.entries(value as Schema) : undefined;
    result[key] = members ? Object.fromEntries(members.map(([name, one]) => [name, closed(one)])) : closed(value);
  }
  if (result["x-kubernetes-int-or-string"] === true) {
    delete result["type"];
    result["anyOf"] ??= [{ type: "integer" }, { type: "string" }];
  }
  const open = result["x-kubernetes-preserve-unknown-fields"] === true;
  if (result["type"] === "object" && result["properties"] && !open) result["additionalProperties"] ??= false;
  if (result["nullable"] === true && typeof result["type"] === "string") result["type"] = [result["type"], "null"];
  return result;
}

/**
 * Writes the schema with those definitions that it needs: kubeconform reads a file anew for each
 * resource.
 */
async function write(file: string, schema: Schema, definitions: Definitions): Promise<void> {
  const needed: Record<string, Schema> = {};
  const add = (node: unknown): void => {
    for (const [, name = ""] of JSON.stringify(node).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      const definition = definitions[name];
      if (definition === undefined || Object.hasOwn(needed, name)) continue;
      needed[name] = definition;
      add(definition);
    }
  };
  add(schema);
  await writeFile(file, JSON.stringify({ ...schema, $defs: needed }));
}
