/**
 * A report in Prometheus' text format, version 0.0.4.
 *
 *     # HELP name sentence
 *     # TYPE name counter | gauge
 *     name{label="value"} number          in values, \ and " and line feeds are escaped
 *
 * Spec: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { SpanReport } from "./span-report.js";

/** The part of a `TracingReport` that has numbers. */
export interface Reported {
  readonly exporters: Readonly<Record<string, SpanReport>>;
  /** Incoming requests: `received`, and each of them by its outcome. */
  readonly requests: { readonly received: number } & Readonly<Record<RequestOutcome, number>>;
  /** Messages: events by their name, those that are `open`, and `headersOmitted`. */
  readonly messages?: { readonly open: number; readonly headersOmitted: number } & Readonly<
    Record<MessageEvent, number>
  >;
  readonly headersMalformed: Readonly<Record<string, number>>;
  readonly hostsNotPropagatedTo: number;
  readonly logLinesFailed: number;
}

export type MessageEvent = "produced" | "consumed" | "failed" | "unwritable" | "unreadable";

export type RequestOutcome =
  | "joined"
  | "continued"
  | "started"
  | "unsampledByCaller"
  | "unsampledBySampler"
  | "forwarded";

type Samples = readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

const SPANS: readonly (readonly [keyof SpanReport, "counter" | "gauge", string])[] = [
  ["started", "counter", "Recorded spans that began."],
  ["ended", "counter", "Sampled spans that ended: exported + failed + dropped + queued."],
  ["exported", "counter", "Spans that the backend took."],
  ["failed", "counter", "Spans that were given to the exporter, and not delivered."],
  ["dropped", "counter", "Spans that were never given to it: the queue was full, or it was shut down."],
  ["queued", "gauge", "Spans that wait or are in flight."],
];

/**
 * Returns `report` as text for Prometheus. Serve it with the content type `text/plain;
 * version=0.0.4`.
 *
 * @example
 * const tracing = initTracing();
 * http.createServer((request, response) => {
 *   response.setHeader("content-type", "text/plain; version=0.0.4");
 *   response.end(prometheusText(tracing.report()));
 * }).listen(9090);
 */
export function prometheusText(report: Reported): string {
  const { exporters, requests, messages, headersMalformed, hostsNotPropagatedTo, logLinesFailed } = report;
  const { received: _sum, ...outcomes } = requests;
  const spans = SPANS.map(([name, type, help]) =>
    metric(
      `meshtrace_spans_${name}${type === "counter" ? "_total" : ""}`,
      type,
      help,
      Object.entries(exporters).map(([exporter, counts]) => [{ exporter }, counts[name]]),
    ),
  );
  const malformed: Samples = Object.entries(headersMalformed).map(([header, count]) => [{ header }, count]);
  return [
    ...spans,
    metric(
      "meshtrace_requests_total",
      "counter",
      "Incoming requests by what became of them.",
      Object.entries(outcomes).map(([outcome, count]) => [{ outcome: snakeCase(outcome) }, count]),
    ),
    ...messageMetrics(messages),
    metric("meshtrace_headers_malformed_total", "counter", "Malformed headers that came in.", malformed),
    metric("meshtrace_calls_not_propagated_total", "counter", "Calls to hosts that get no headers.", [
      [{}, hostsNotPropagatedTo],
    ]),
    metric("meshtrace_log_lines_failed_total", "counter", "Log lines and loggers that got no fields.", [
      [{}, logLinesFailed],
    ]),
  ].join("");
}

function messageMetrics(messages: Reported["messages"]): string[] {
  if (messages === undefined) return [];
  const { open, headersOmitted, ...events } = messages;
  const samples: Samples = Object.entries(events).map(([event, count]) => [{ event }, count]);
  return [
    metric("meshtrace_messages_total", "counter", "Messages by what happened to them.", samples),
    metric("meshtrace_messages_open", "gauge", "Sends and handlers that have not ended.", [[{}, open]]),
    metric("meshtrace_message_headers_omitted_total", "counter", "Headers that found no room on their message.", [
      [{}, headersOmitted],
    ]),
  ];
}

function metric(name: string, type: string, help: string, samples: Samples): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
}
