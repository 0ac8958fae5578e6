/**
 * `node laboratory/mesh/parts/main.js [envoy] [zipkin] [jaeger] ...` fetches the named parts that
 * are missing (without a name: all parts) and prints where each is. If a part cannot be fetched,
 * it prints one sentence and exits with 1.
 */
import { MeshFailure } from "../failure.js";
import { PARTS, type PartName } from "./catalog.js";
import { install } from "./install.js";

const known = Object.keys(PARTS) as PartName[];
const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !Object.hasOwn(PARTS, name));

try {
  if (unknown.length > 0) throw new MeshFailure(`unknown part ${unknown.join(", ")}; one of ${known.join(", ")}`);
  const files = await install(requested.length > 0 ? (requested as PartName[]) : known, (line) => console.error(line));
  for (const [name, file] of Object.entries(files)) console.log(`${name}\t${file}`);
} catch (error) {
  if (!(error instanceof MeshFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
