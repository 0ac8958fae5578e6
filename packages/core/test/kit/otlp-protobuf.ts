/**
 * OTLP's request as protobufjs reads it, by the field numbers of opentelemetry-proto (trace/v1,
 * common/v1, resource/v1, collector/trace/v1), as far as the tests look.
 */
import protobuf from "protobufjs";

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    repeated Event events = 11; repeated Link links = 13; Status status = 15;
  }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Link { bytes trace_id = 1; bytes span_id = 2; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; Value value = 2; }
  message Value {
    oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; Values array_value = 5; }
  }
  message Values { repeated Value values = 1; }
`);
const Request = root.lookupType("Request");

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
}

/** The spans of a request. Throws when it is malformed. */
export function decodeOtlp(body: Buffer): OtlpSpan[] {
  const request = Request.toObject(Request.decode(body)) as {
    resourceSpans: { scopeSpans: { spans: Record<"traceId" | "spanId" | "parentSpanId", Buffer>[] }[] }[];
  };
  const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
  return request.resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map((span) => ({
      ...(span as unknown as OtlpSpan),
      traceId: hex(span.traceId),
      spanId: hex(span.spanId),
      parentSpanId: hex(span.parentSpanId),
    }));
}
