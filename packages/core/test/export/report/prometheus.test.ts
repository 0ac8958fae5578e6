import { expect, test } from "vitest";
import { prometheusText } from "../../../src/export/report/prometheus.js";

const requests = {
  received: 21,
  joined: 1,
  continued: 2,
  started: 3,
  unsampledByCaller: 4,
  unsampledBySampler: 5,
  forwarded: 6,
};
const report = { started: 9, ended: 8, exported: 4, failed: 2, dropped: 1, queued: 1 };

test("a sample for each exporter and outcome, each metric with its help and type once", () => {
  const text = prometheusText({
    exporters: { jaeger: report, 'odd"\\\n': { ...report, exported: 0 } },
    requests,
    messages: { produced: 7, consumed: 8, failed: 0, unwritable: 0, unreadable: 0, open: 2, headersOmitted: 3 },
    headersMalformed: { "x-b3-traceid": 3 },
    hostsNotPropagatedTo: 5,
    logLinesFailed: 7,
  });
  const lines = text.split("\n");
  expect(lines).toContain('meshtrace_spans_exported_total{exporter="jaeger"} 4');
  expect(lines).toContain('meshtrace_spans_exported_total{exporter="odd\\"\\\\\\n"} 0');
  expect(lines).toContain('meshtrace_spans_queued{exporter="jaeger"} 1');
  expect(lines).toContain('meshtrace_headers_malformed_total{header="x-b3-traceid"} 3');
  expect(lines).toContain('meshtrace_requests_total{outcome="unsampled_by_caller"} 4');
  expect(lines.filter((line) => line.startsWith("meshtrace_requests_total{"))).toHaveLength(6);
  expect(lines).toContain('meshtrace_messages_total{event="produced"} 7');
  expect(lines.filter((line) => line.startsWith("meshtrace_messages_total{"))).toHaveLength(5);
  expect(lines).toContain("meshtrace_messages_open 2");
  expect(lines).toContain("meshtrace_message_headers_omitted_total 3");
  expect(lines).toContain("meshtrace_calls_not_propagated_total 5");
  expect(lines).toContain("meshtrace_log_lines_failed_total 7");
  expect(lines.filter((line) => line === "# TYPE meshtrace_spans_queued gauge")).toHaveLength(1);
  expect(text.endsWith("\n")).toBe(true);
});

/** The format's grammar, line by line. */
test("every line is one of the format", () => {
  const text = prometheusText({
    exporters: {},
    requests,
    headersMalformed: {},
    hostsNotPropagatedTo: 0,
    logLinesFailed: 0,
  });
  const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  const line = new RegExp(`^(# HELP ${name} .+|# TYPE ${name} (counter|gauge)|${name}(\\{.*\\})? \\d+)$`);
  for (const one of text.trimEnd().split("\n")) expect(one).toMatch(line);
});
