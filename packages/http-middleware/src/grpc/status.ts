/**
 * gRPC's status codes on spans.
 *
 * Spec: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
import { redactCredentials } from "@meshtrace/core/adapter";
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
const UNKNOWN = NAMES.indexOf("UNKNOWN");

/** The codes that are errors of a server. */
const SERVER_ERRORS = new Set(
  ["UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"].map((name) =>
    NAMES.indexOf(name),
  ),
);

/** Writes the status to a SERVER span. */
export function finishServer(span: Span, status: GrpcStatus): void {
  finish(span, status, (code) => SERVER_ERRORS.has(code));
}

/**
 * Writes the status to a CLIENT span, where each code but OK is an error. `cancelled`: the caller
 * cancelled the call itself, which is no error.
 */
export function finishClient(span: Span, status: GrpcStatus, cancelled = false): void {
  if (cancelled && status.code === CANCELLED) span.addEvent("call cancelled");
  finish(span, status, (code) => code !== 0 && !(cancelled && code === CANCELLED));
}

function finish(span: Span, { code: received, details }: GrpcStatus, isError: (code: number) => boolean): void {
  // gRPC's clients treat codes outside the list as UNKNOWN (doc/statuscodes.md).
  const code = NAMES[received] === undefined ? UNKNOWN : received;
  span.setAttribute("rpc.grpc.status_code", code);
  if (!isError(code)) return;
  span.setAttribute("error.type", NAMES[code] as string);
  span.setStatus({ code: SpanStatusCode.ERROR, message: redactCredentials(String(details ?? "")) });
}
