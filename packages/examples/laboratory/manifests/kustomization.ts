/**
 * The kustomization files that an overlay is made of.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Patch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** One operation of a JSON patch, RFC 6902. */
export interface Operation {
  readonly op: string;
  readonly path: string;
}

export interface Kustomization {
  readonly folder: string;
  readonly file: string;
  readonly content: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly resources?: readonly string[];
    readonly components?: readonly string[];
    readonly patches?: readonly Patch[];
    readonly images?: readonly unknown[];
    readonly replacements?: readonly unknown[];
    readonly labels?: readonly unknown[];
  };
}

/** The kustomization of `folder`, and those of what it takes in, each once. */
export function kustomizations(folder: string, seen = new Set<string>()): Kustomization[] {
  const file = join(folder, "kustomization.yaml");
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const content = (parse(readFileSync(file, "utf8")) ?? {}) as Kustomization["content"];
  const { resources = [], components = [] } = content;
  const below = [...resources, ...components]
    .map((path) => join(folder, path))
    .filter((path) => existsSync(path) && statSync(path).isDirectory());
  return [{ folder, file, content }, ...below.flatMap((path) => kustomizations(path, seen))];
}

/**
 * The operations of a JSON patch; none for a strategic merge patch, whose targets kustomize itself
 * checks.
 */
export function operations({ folder }: Kustomization, { path, patch }: Patch): Operation[] {
  const text = path === undefined ? patch : readFileSync(join(folder, path), "utf8");
  const parsed: unknown = parse(text ?? "");
  return Array.isArray(parsed) ? parsed : [];
}

/** Whether a value is at an RFC 6901 pointer. */
export function isThere(value: unknown, pointer: string): boolean {
  let at = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return false;
    at = (at as Record<string, unknown>)[name];
  }
  return true;
}
