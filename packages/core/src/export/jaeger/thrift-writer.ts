/**
 * What both of Thrift's protocols can write, as far as Jaeger's model needs it: fields of a struct, lists of structs.
 */
export interface ThriftWriter {
  /** Where the next byte goes. */
  readonly length: number;
  /** Forgets what was written from `length` on. */
  truncate(length: number): void;
  /** What was written from `start` to `end`; good until the next write. */
  view(start: number, end?: number): Buffer;
  /** Begins the call of a one-way method without an answer, its arguments as fields. */
  oneway(method: string): void;
  bool(id: number, value: boolean): void;
  i32(id: number, value: number): void;
  /** A safe integer as 64 bits. */
  i64(id: number, value: number): void;
  bigint(id: number, value: bigint): void;
  /** 16 hex characters of `text` from `start` as 64 bits. */
  hex64(id: number, text: string, start: number): void;
  double(id: number, value: number): void;
  string(id: number, text: string): void;
  binary(id: number, bytes: Uint8Array): void;
  /** Begins a field that is a struct; `stop` ends it. */
  struct(id: number): void;
  /** Begins a field that is a list; as many `item` follow, each with its fields and its `stop`. */
  list(id: number, count: number): void;
  item(): void;
  stop(): void;
}
