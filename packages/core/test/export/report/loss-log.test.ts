import { afterEach, beforeEach, expect, test } from "vitest";
import { LossLog, type SpanLoss } from "../../../src/export/report/loss-log.js";
import { freshProcess } from "../../fresh-process.js";
import { captureLog } from "../../kit/captured-log.js";

beforeEach(freshProcess);
afterEach(freshProcess);

test("a reason that a backend wrote does not steer the terminal", () => {
  const logged = captureLog();
  const losses: SpanLoss[] = [];
  const log = new LossLog("otlp", 60_000, (loss) => losses.push(loss));
  log.add(2, "it says \u001b[2J\n\u009b\u2028\u202e");
  log.report();
  const escaped = "it says \\x1b[2J\\x0a\\x9b\\u2028\\u202e";
  expect(logged).toEqual([`warn meshtrace: 2 spans lost on the way to otlp: ${escaped}`]);
  expect(losses).toEqual([{ exporter: "otlp", lost: 2, reasons: [{ reason: escaped, spans: 2 }] }]);
});
