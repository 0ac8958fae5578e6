import { DiagLogLevel, diag } from "@opentelemetry/api";

/** Captures the lines of OpenTelemetry's logger from now on, each with its level in front. */
export function captureLog(logLevel = DiagLogLevel.ALL): string[] {
  const lines: string[] = [];
  const log =
    (level: string) =>
    (...words: unknown[]): void =>
      void lines.push([level, ...words].join(" "));
  const logger = { error: log("error"), warn: log("warn"), info: log("info"), debug: log("debug"), verbose() {} };
  diag.setLogger(logger, { logLevel, suppressOverrideMessage: true });
  // The API logs that it has a logger now.
  lines.length = 0;
  return lines;
}
