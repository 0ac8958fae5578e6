// What an empty folder contains after `npm install` of the packed tarballs: packages and bytes on
// disk.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packLibraries } from "../../../scripts/pack.mjs";

const { devDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const pinned = (name) => `@opentelemetry/${name}@${devDependencies[`@opentelemetry/${name}`]}`;
// npm installs the peer dependency, OpenTelemetry's API, by itself, in the newest version that all
// of them allow.
const SDK = [pinned("sdk-trace-node")];
const INSTRUMENTED = [...SDK, pinned("propagator-b3"), pinned("instrumentation"), pinned("instrumentation-http")];

export async function size() {
  const installs = {
    // The third library is the test kit.
    "@meshtrace/core and http-middleware (goal 3 packages, <= 4 MiB)": (await packLibraries()).slice(0, 2),
    "OpenTelemetry 2.x with B3, Jaeger and instrumentation-http": [...INSTRUMENTED, pinned("exporter-jaeger")],
    "OpenTelemetry 2.x with B3, Zipkin and instrumentation-http": [...INSTRUMENTED, pinned("exporter-zipkin")],
    "OpenTelemetry's API and SDK 2.x alone": SDK,
  };
  const found = Object.entries(installs).map(([name, packages]) => ({ name, ...installed(packages) }));
  const [ours, ...peers] = found;
  return {
    title: "What `npm install` puts into an empty folder",
    columns: ["", "packages", "size", "meshtrace, of this size"],
    rows: [
      [ours.name, ours.packages, mebibytes(ours.bytes), ""],
      ...peers.map(({ name, packages, bytes }) => [
        name,
        packages,
        mebibytes(bytes),
        `${(ours.bytes / bytes).toFixed(2)}x`,
      ]),
    ],
    notes: ["Size is counted in whole blocks on disk, as `du` does, with OpenTelemetry's API."],
  };
}

function installed(packages) {
  const folder = mkdtempSync(join(tmpdir(), "meshtrace-size-"));
  try {
    writeFileSync(join(folder, "package.json"), "{}");
    const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", ...packages];
    const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
    return contents(join(folder, "node_modules"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function contents(modules) {
  const entries = readdirSync(modules, { recursive: true }).map(String);
  const bytes = entries.reduce((sum, entry) => {
    const stat = statSync(join(modules, entry));
    return sum + stat.blocks * 512;
  }, 0);
  // npm's own list of what it installed; its keys are the packages' folders.
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"));
  return { bytes, packages: Object.keys(packages).length };
}

const mebibytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
