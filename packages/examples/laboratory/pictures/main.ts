/**
 * `npm run pictures`: the README's pictures, each from running parts.
 */
import { writeFileSync } from "node:fs";
import { runDemo } from "../demo/demo.js";
import { layout } from "../demo/layouts.js";
import { MeshFailure } from "../mesh/failure.js";
import { headersPicture } from "./headers-picture.js";
import { tracePicture } from "./trace-picture.js";
import { zipkinPicture } from "./zipkin-picture.js";

const FOLDER = "docs/images";
const say = (line: string): void => console.error(`pictures: ${line}`);

const demo = await runDemo(layout("sidecar") ?? []);
await demo.mesh.close();
// The first request also loads code; the second is what a running service looks like.
const outcome = demo.outcomes().at(-1);
if (outcome === undefined || outcome.problems.length > 0) throw new Error(`the demo failed: ${outcome?.problems[0]}`);
writeFileSync(`${FOLDER}/trace.svg`, tracePicture(outcome));
writeFileSync(`${FOLDER}/headers.svg`, headersPicture(outcome));
say(`wrote ${FOLDER}/trace.svg and headers.svg`);

try {
  await zipkinPicture(`${FOLDER}/zipkin.png`, say);
  say(`wrote ${FOLDER}/zipkin.png`);
} catch (error) {
  if (!(error instanceof MeshFailure)) throw error;
  say(`${FOLDER}/zipkin.png stays as it is: ${error.message}`);
  process.exitCode = 1;
}
