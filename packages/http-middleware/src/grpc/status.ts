/**
 * gRPC's status codes on spans.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
import { redactUrls } from "@meshtrace/core/adapter";
import { type Span, SpanStatusCode } from "@opentelemetry/api";
import type { GrpcStatus } from "./options.js";

// The index of each name is its code.
const NAMES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

export const CANCELLED = NAMES.indexOf("CANCELLED");
export const DEADLINE_EXCEEDED = NAMES.indexOf("DEADLINE_EXCEEDED");

/** The codes that are errors of a server. */
const SERVER_ERRORS = new Set(
  ["UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"].map((name) =>
    NAMES.indexOf(name),
  ),
);

/** Writes the status to a SERVER span. */
export function finishServer(span: Span, status: GrpcStatus): void {
  finish(span, status, SERVER_ERRORS.has(status.code));
}

/** Writes the status to a CLIENT span, where each code but OK is an error. */
export function finishClient(span: Span, status: GrpcStatus): void {
  finish(span, status, status.code !== 0);
}

function finish(span: Span, { code, details }: GrpcStatus, failed: boolean): void {
  // The peer chooses the number, and one beyond 64 bits makes a whole OTLP batch unreadable.
  const valid = Number.isSafeInteger(code) && code >= 0;
  if (valid) span.setAttribute("rpc.grpc.status_code", code);
  if (!failed) return;
  span.setAttribute("error.type", NAMES[code] ?? (valid ? String(code) : "UNKNOWN"));
  span.setStatus({ code: SpanStatusCode.ERROR, message: redactUrls(String(details ?? "")) });
}
