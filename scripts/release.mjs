// Publishes the tarballs of .cache/packed, which `npm run check` packed and checked, in the order
// of their dependencies.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { LIBRARIES } from "./build-library.mjs";
import { publicationProblem } from "./publication.mjs";

/**
 * Publishes what the registry lacks; `options` are those of `npm publish`. Returns whether all is
 * published.
 */
export function release(say, options) {
  const problem = publicationProblem() ?? tarballProblem();
  if (problem !== undefined) {
    say(`release: ${problem}`);
    return false;
  }
  return packages().every(({ name, version, tarball }) => {
    const view = spawnSync("npm", ["view", `${name}@${version}`, "version", ...registryOf(options)], {
      encoding: "utf8",
    });
    if (view.stdout.trim() === version) {
      say(`release: ${name}@${version} is published already`);
      return true;
    }
    const { status } = spawnSync("npm", ["publish", tarball, "--access", "public", ...options], { stdio: "inherit" });
    say(`release: ${name}@${version} ${status === 0 ? "is published" : "could not be published"}`);
    return status === 0;
  });
}

function packages() {
  return LIBRARIES.map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    return { name, version, tarball: `.cache/packed/meshtrace-${basename(folder)}-${version}.tgz` };
  });
}

function tarballProblem() {
  const missing = packages().find(({ tarball }) => !existsSync(tarball));
  return missing && `${missing.tarball} is missing; run \`npm run check\` first, which packs and checks the packages`;
}

function registryOf(options) {
  return options.filter((option) => option.startsWith("--registry="));
}
