// What packages say of the repository. Its address is in one place: `homepage` of the root
// package.json, as `https://github.com/OWNER/NAME`. The packages, the documentation and publishing
// take it from there.
import { readFileSync } from "node:fs";

/** Returns the fields for the package.json of `folder`; none while the address is not decided. */
export function publicationFields(folder) {
  const { homepage, author } = JSON.parse(readFileSync("package.json", "utf8"));
  if (!homepage) return {};
  return {
    author,
    homepage: `${homepage}#readme`,
    repository: { type: "git", url: `git+${homepage}.git`, directory: folder },
    bugs: { url: `${homepage}/issues` },
  };
}

/** Returns why nothing can be published, as one sentence; `undefined` if it can. */
export function publicationProblem() {
  const { homepage, author } = JSON.parse(readFileSync("package.json", "utf8"));
  const missing = Object.entries({ homepage, author }).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length > 0)
    return `set ${missing.join(" and ")} in package.json before you publish: packages take the repository's address from there`;
  if (!/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(homepage))
    return `homepage in package.json must be the repository's address, https://HOST/OWNER/NAME, not ${homepage}`;
  return undefined;
}
