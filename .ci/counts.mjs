// Prints `passed failed` of a test run. A run that exits with an error but reports no failed test,
// or that reports no test at all, counts as one failure. Skipped tests count as neither: their
// names say why they are skipped.
import { readFileSync } from "node:fs";

const [file, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
} catch {}
if (failed === 0 && (status !== "0" || passed === 0)) failed = 1;
console.log(passed, failed);
