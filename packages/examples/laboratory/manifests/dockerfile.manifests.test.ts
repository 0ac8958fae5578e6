import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import dockerignore from "@balena/dockerignore";
import { DockerfileParser, type From } from "dockerfile-ast";
import { expect, onTestFinished, test } from "vitest";
import { install } from "../mesh/parts/install.js";
import { build, execForm } from "./dockerfile.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const FILE = join(ROOT, "packages/examples/hello-world/Dockerfile");
const dockerfile = readFileSync(FILE, "utf8");
const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** What a fresh clone would send to the builder. */
function contextFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  const files = listed.toString().trim().split("\n");
  return dockerignore
    .default({ ignorecase: false })
    .add(readFileSync(join(ROOT, ".dockerignore"), "utf8"))
    .filter(files.filter((file) => existsSync(join(ROOT, file))));
}

test("hadolint has nothing to say", async () => {
  const { hadolint } = await install(["hadolint"], (line) => console.error(line));
  const { status, stdout } = spawnSync(hadolint, ["--failure-threshold", "style", FILE]);
  expect({ status, said: stdout.toString() }).toEqual({ status: 0, said: "" });
});

test("the last stage: no shell, no root, exec form, every base pinned to a version", () => {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions();
  const bases = instructions.filter((one) => one.getKeyword() === "FROM") as From[];
  const stages = bases.map((one) => one.getBuildStage());
  const images = bases.map((one) => one.getImage() ?? "").filter((image) => !stages.includes(image));
  expect(images.map((image) => /\d/.test(image) && !image.endsWith(":latest"))).not.toContain(false);
  const last = instructions.slice(instructions.lastIndexOf(bases.at(-1) as From));
  expect(bases.at(-1)?.getImage()).toMatch(/^gcr\.io\/distroless\/.*:nonroot$/);
  expect(last.map((one) => one.getKeyword())).not.toContain("RUN");
  // Numeric: Kubernetes cannot tell whether a name is root.
  expect(last.find((one) => one.getKeyword() === "USER")?.getRawArgumentsContent()).toBe("65532:65532");
  expect(execForm(dockerfile, "ENTRYPOINT")).toEqual(["/nodejs/bin/node"]);
  expect(execForm(dockerfile, "CMD")).toContain("--enable-source-maps");
});

test("it installs with the repository's package manager, whose store is cached", () => {
  expect(dockerfile).toContain(`ENV PNPM=${packageManager}\n`);
  const runs = DockerfileParser.parse(dockerfile)
    .getInstructions()
    .filter((one) => one.getKeyword() === "RUN")
    .map((one) => one.getTextContent());
  const installing = runs.filter((text) => text.includes(" install "));
  expect(installing).toHaveLength(2);
  for (const text of installing)
    expect(text).toMatch(/^RUN --mount=type=cache,id=pnpm,target=\/pnpm\/store .*--frozen-lockfile/);
});

test("the context has what is copied, and no build, test or secret", () => {
  const files = contextFiles();
  expect(files).toContain("packages/examples/hello-world/server.ts");
  expect(files.filter((file) => /node_modules|(^|\/)dist\/|\.test\.ts$|\.env|^README|^\.git/.test(file))).toEqual([]);
});

test("its steps, run here, end in a service that answers, with production dependencies only", async () => {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const context = join(folder, "context");
  for (const file of contextFiles()) cpSync(join(ROOT, file), join(context, file));

  const image = await build(dockerfile, { context, folder, withoutVariables: ["npm_config_store_dir"] });
  const app = join(image.root, image.workingDirectory);
  const packages = readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith("."));
  expect(packages).toEqual(["@opentelemetry"]);
  expect(existsSync(join(app, "packages/core/src"))).toBe(false);
  expect(existsSync(join(app, "packages/examples/dist/hello-world/server.js.map"))).toBe(true);

  const env = {
    ...image.environment,
    PATH: process.env["PATH"],
    PORT: "0",
    HOST: "127.0.0.1",
    OTEL_TRACES_EXPORTER: "none",
    OTEL_LOG_LEVEL: "warn",
  };
  const child = spawn(process.execPath, execForm(dockerfile, "CMD") ?? [], { cwd: app, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const answer = await fetch(`http://127.0.0.1:${JSON.parse(line).listening}/gettime`);
  expect(await answer.text()).toContain("The time is");
  child.kill("SIGTERM");
  expect([await once(child, "close"), stderr]).toEqual([[0, null], ""]);
}, 600_000);
