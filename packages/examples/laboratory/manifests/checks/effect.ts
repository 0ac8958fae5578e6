/**
 * Whether every entry of an overlay's kustomizations has an effect: kustomize passes over one that
 * meets nothing.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { isThere, type Kustomization, kustomizations, operations, type Patch } from "../kustomization.js";
import { type Kustomize, parseResources } from "../kustomize.js";

const ENTRIES = ["patches", "images", "replacements", "labels"] as const;

/**
 * Leaves out each entry in turn and renders again: what changes nothing is a finding. `tree` holds
 * all that the overlay takes in.
 */
export async function effect(tree: string, overlay: string, kustomize: Kustomize): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), "manifests-"));
  try {
    cpSync(tree, copy, { recursive: true });
    const root = join(copy, "overlays", overlay);
    const findings: string[] = [];
    for (const kustomization of kustomizations(root)) {
      findings.push(
        ...(await effectOf(kustomization, root, kustomize)).map((what) => `${nameIn(copy, kustomization)}: ${what}`),
      );
    }
    return findings;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const nameIn = (copy: string, { file }: Kustomization): string => relative(copy, file);

async function effectOf(kustomization: Kustomization, root: string, kustomize: Kustomize): Promise<string[]> {
  const { content, folder } = kustomization;
  const findings: string[] = [];
  if (content.namespace !== undefined) {
    findings.push(`namespace ${content.namespace} would move every resource, also those of another namespace.`);
  }
  // A component renders in the overlay alone.
  const rendered = content.kind === "Component" ? root : folder;
  const whole = await kustomize(rendered);
  for (const member of ENTRIES) {
    for (const [index, entry] of (content[member] ?? []).entries()) {
      const without = await renderedWithout(kustomization, member, index, () => kustomize(rendered));
      if (without === whole) findings.push(`entry ${index + 1} of ${member} has no effect.`);
      if (member === "patches" && without !== undefined)
        findings.push(...missing(kustomization, entry as Patch, without));
    }
  }
  return findings;
}

/** `undefined` when it cannot be rendered without the entry, which then has an effect. */
async function renderedWithout(
  { file, content }: Kustomization,
  member: (typeof ENTRIES)[number],
  index: number,
  render: () => Promise<string>,
): Promise<string | undefined> {
  const before = readFileSync(file, "utf8");
  const rest = (content[member] ?? []).filter((_entry, at) => at !== index);
  writeFileSync(file, stringify({ ...content, [member]: rest }));
  try {
    return await render().catch(() => undefined);
  } finally {
    writeFileSync(file, before);
  }
}

/** A `replace` of what is not there adds it. */
function missing(kustomization: Kustomization, patch: Patch, without: string): string[] {
  const targets = parseResources(without).filter(
    ({ kind, metadata }) =>
      new RegExp(`^(${patch.target?.kind ?? ".*"})$`).test(kind) &&
      new RegExp(`^(${patch.target?.name ?? ".*"})$`).test(metadata.name),
  );
  return operations(kustomization, patch)
    .filter(({ op, path }) => op === "replace" && !targets.every((target) => isThere(target, path)))
    .map(({ path }) => `a patch replaces ${path}, which is not there.`);
}
