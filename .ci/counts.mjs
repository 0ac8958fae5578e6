// Prints `passed failed` of one run of tests: what its report says, and what its exit code says beyond that.
import { readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests + report.numPendingTests;
} catch {}
if (failed === 0 && (status !== "0" || passed === 0)) failed = 1;
console.log(passed, failed);
