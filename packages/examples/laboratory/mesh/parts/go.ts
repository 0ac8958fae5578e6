/**
 * Parts that are had as Go modules.
 */
import { join } from "node:path";
import { MeshFailure } from "../failure.js";
import { runStep } from "./step.js";

// A workspace or flags of the user's own would change what is built.
const environment = { GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0" };

interface GoModule {
  readonly module: string;
  readonly version: string;
  /** The checksum as go.sum has it. */
  readonly sum: string;
  readonly folder: string;
}

/**
 * Downloads the module; the folder that its source is in. Throws `MeshFailure` when it is not the
 * one expected.
 */
export async function goModule({ module, version, sum, folder }: GoModule): Promise<string> {
  const printed = await runStep({
    name: `download of the Go module ${module} ${version}`,
    command: "go",
    args: ["mod", "download", "-json", `${module}@v${version}`],
    folder,
    environment,
  });
  const { Dir: source, Sum: found } = JSON.parse(printed.slice(printed.indexOf("{"))) as { Dir: string; Sum: string };
  if (found !== sum) throw new MeshFailure(`the Go module ${module} has the checksum ${found}, and not ${sum}`);
  return source;
}

interface GoProgram {
  readonly name: string;
  readonly source: string;
  readonly package: string;
  readonly linkerFlags?: string;
  readonly folder: string;
}

/**
 * Builds the program inside the downloaded module, so that the module's own go.mod and go.sum pin
 * and verify what it depends on; `go install` refuses a module with replacements. Returns the
 * program's file.
 */
export async function goProgram({ name, source, package: of, linkerFlags = "", folder }: GoProgram): Promise<string> {
  const program = join(folder, name);
  const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", `-s -w ${linkerFlags}`.trim()];
  await runStep({
    name: `go build of ${name}`,
    command: "go",
    args: ["build", "-C", source, ...flags, "-o", program, of],
    folder,
    environment,
  });
  return program;
}
