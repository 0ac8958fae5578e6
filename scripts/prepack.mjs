// Runs before `npm pack` in the folder of a library: a package without a build would be empty.
import { existsSync } from "node:fs";

if (!existsSync("dist/esm") || !existsSync("dist/cjs")) {
  console.error(
    "meshtrace: nothing is built here; run `npm run check` in the root, which leaves the packages in .cache/packed",
  );
  process.exit(1);
}
