/**
 * Parts that are had from Maven Central as a folder of jars, each verified by Maven with the
 * checksum that the repository has.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runStep } from "./step.js";

interface MavenPart {
  readonly artifact: string;
  readonly version: string;
}

/** Downloads the artifact with what it needs at runtime. Returns the folder of the jars. */
export async function mavenJars({ artifact, version }: MavenPart, folder: string): Promise<string> {
  const [group, name] = artifact.split(":");
  await writeFile(
    join(folder, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>mesh</groupId><artifactId>part</artifactId><version>1</version>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency></dependencies>
</project>`,
  );
  const jars = join(folder, "jars");
  const options = ["--quiet", "--batch-mode", "--strict-checksums", "dependency:copy-dependencies"];
  await runStep({
    name: `Maven download of ${artifact} ${version}`,
    command: "mvn",
    args: [...options, "-DincludeScope=runtime", `-DoutputDirectory=${jars}`],
    folder,
  });
  return jars;
}
