/**
 * `npm run demo`: gateway, sidecar and service side by side, two requests, their headers and their
 * traces.
 */
import { commandLine, type DemoOptions } from "./command-line.js";
import { type Outcome, runDemo } from "./demo.js";
import { jsonReport, textReport } from "./report.js";
import { styleFor } from "./style.js";

// The service is ended by an exit handler, which a signal alone would not run.
let onSignal = (): void => process.exit(130);
process.once("SIGINT", () => onSignal());
process.once("SIGTERM", () => onSignal());

const options = commandLine(process.argv.slice(2));
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 1;
} else {
  process.exitCode = await main(options).catch((error: Error) => {
    console.error(`The demo could not run: ${error.message}.`);
    return process.exit(1);
  });
}

async function main({ layoutName, layout, json, keep }: DemoOptions): Promise<number> {
  const style = styleFor(process.stdout);
  const show = (outcomes: readonly Outcome[]): void => {
    if (json) console.log(JSON.stringify(jsonReport(layoutName, outcomes)));
    else process.stdout.write(outcomes.map((outcome) => textReport(outcome, style)).join(""));
  };
  const demo = await runDemo(layout);
  // Stopped first, the app has flushed, and a span too many is seen as well.
  if (!keep) await demo.mesh.close();
  const outcomes = demo.outcomes();
  show(outcomes);
  if (keep) {
    demo.watch((outcome) => show([outcome]));
    console.error(`The mesh stays up: curl ${demo.mesh.gateway}gettime; Ctrl-C stops it.`);
    await new Promise<void>((resolve) => {
      onSignal = resolve;
    });
    await demo.mesh.close();
  }
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  if (problems.length === 0) return 0;
  console.error(`The trace is not what layout ${layoutName} promises: ${problems[0]}`);
  return 1;
}
