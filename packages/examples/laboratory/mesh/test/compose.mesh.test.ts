/**
 * The compose files, read by compose's own loader, and their Envoy configurations by Envoy.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { installed } from "../parts/install.js";

interface Service {
  readonly depends_on?: readonly string[];
  readonly network_mode?: string;
  readonly configs?: readonly { readonly source: string }[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const folder = fileURLToPath(new URL("../", import.meta.url));

/** What compose's loader says of a file. */
function load(file: string): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(installed("compose"), [file], { cwd: folder, encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

describe.each(["compose.yaml", "compose.jaeger.yaml"])("%s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const compose: Compose = parse(text);

  test("is taken by compose", () => {
    expect(load(file)).toMatchObject({ code: 0, said: expect.stringContaining("gateway") });
  });

  test("what compose makes of it has Envoy's configurations unchanged", () => {
    const loaded: Compose = parse(load(file).said);
    const contents = (from: Compose) =>
      Object.entries(from.configs).map(([name, { content }]) => [name, content.trim()]);
    expect(contents(loaded).toSorted()).toEqual(contents(compose).toSorted());
  });

  test.each(Object.entries(compose.configs))("%s is taken by Envoy", (_name, { content }) => {
    const { status, stderr } = spawnSync(installed("envoy"), ["--mode", "validate", "--config-yaml", content], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  test("what its services refer to is there", () => {
    const { services, configs } = compose;
    for (const { depends_on: before = [], network_mode: network, configs: own = [], build } of Object.values(
      services,
    )) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining([...before]));
      if (network !== undefined) expect(Object.keys(services)).toContain(network.replace("service:", ""));
      for (const { source } of own) expect(Object.keys(configs)).toContain(source);
      if (build !== undefined) expect(existsSync(join(folder, build.context, build.dockerfile))).toBe(true);
    }
  });
});

test("a file with a member that is not in the schema would be refused", () => {
  const scratch = mkdtempSync(join(tmpdir(), "mesh-compose-"));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const file = join(scratch, "compose.yaml");
  writeFileSync(file, "services: { a: { image: b, portz: [] } }");
  expect(load(file)).toMatchObject({ code: 1, said: expect.stringContaining("services.a.portz") });
});
