/** The settings of exporters, as entries of the schema. */
import type { OnLoss } from "../export/report/loss-log.js";
import { setting } from "./setting.js";
import * as names from "./setting-names.js";
import * as tracing from "./tracing-types.js";
import { functionType, httpUrl, integer, milliseconds, millisecondsOrZero, oneOf, text } from "./value-types.js";

const MEBIBYTE = 1_048_576;

const BATCH_SETTINGS = {
  /** Spans that may wait for export. Another one is dropped and counted. @default 2048 */
  maxQueueSize: setting(integer(1), { variables: "OTEL_BSP_MAX_QUEUE_SIZE", default: 2048 }),
  /** Spans in one export; never more than may wait. @default 512 */
  maxExportBatchSize: setting(integer(1), { variables: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", default: 512 }),
  /** Bytes, about, that may wait for export. @default 33554432 */
  maxQueueBytes: setting(integer(1), { variables: "MESHTRACE_MAX_QUEUE_BYTES", default: 32 * MEBIBYTE }),
  /** Bytes, about, in one export. A larger span is exported alone. @default 4194304 */
  maxExportBatchBytes: setting(integer(1), { variables: "MESHTRACE_MAX_EXPORT_BATCH_BYTES", default: 4 * MEBIBYTE }),
  /** Milliseconds that a span waits for others at most. @default 5000 */
  scheduledDelayMillis: setting(millisecondsOrZero, { variables: "OTEL_BSP_SCHEDULE_DELAY", default: 5000 }),
  /** Milliseconds for one export, all attempts included. @default 30000 */
  exportTimeoutMillis: setting(milliseconds, { variables: "OTEL_BSP_EXPORT_TIMEOUT", default: 30_000 }),
};

const JAEGER_SETTINGS = {
  /**
   * Collector's URL for Thrift over HTTP. @default `jaeger-collector.istio-system:14268` in
   * Kubernetes, else localhost
   */
  endpoint: setting(httpUrl, { variables: "OTEL_EXPORTER_JAEGER_ENDPOINT JAEGER_ENDPOINT" }),
  /**
   * How spans go to Jaeger. A host or port without an endpoint chooses UDP. @default
   * http/thrift.binary
   */
  protocol: setting(oneOf(names.JAEGER_PROTOCOLS, "protocol"), { variables: "OTEL_EXPORTER_JAEGER_PROTOCOL" }),
  /** Host of Jaeger's agent, for UDP. @default localhost */
  host: setting(text, { variables: "OTEL_EXPORTER_JAEGER_AGENT_HOST JAEGER_AGENT_HOST" }),
  /** Port of Jaeger's agent, for UDP. @default 6831 compact, 6832 binary */
  port: setting(integer(1, 65_535), { variables: "OTEL_EXPORTER_JAEGER_AGENT_PORT JAEGER_AGENT_PORT" }),
  /** Bytes of one UDP packet. @default 65000 */
  maxPacketSize: setting(integer(1000, 65_507), { default: 65_000 }),
  /** User for basic authentication. */
  username: setting(tracing.userName, { variables: "OTEL_EXPORTER_JAEGER_USER JAEGER_USER" }),
  /** Password for basic authentication. */
  password: setting(tracing.password, { variables: "OTEL_EXPORTER_JAEGER_PASSWORD JAEGER_PASSWORD", secret: true }),
  /** Sent as `Authorization: Bearer`. */
  bearerToken: setting(tracing.headerText, { variables: "JAEGER_AUTH_TOKEN", secret: true }),
  /** Milliseconds for one attempt to export. @default 10000 */
  timeoutMs: setting(milliseconds, { variables: "OTEL_EXPORTER_JAEGER_TIMEOUT", default: 10_000 }),
};

/** Settings of exporters. Those of one exporter override the general ones. */
export const EXPORT_SETTINGS = {
  /**
   * Where spans go: a name, an exporter of your own, or an array of them, each with its own queue.
   * @default jaeger
   */
  exporter: setting(tracing.exporter, { variables: "OTEL_TRACES_EXPORTER", default: "jaeger" }),
  /** Collector's URL, for the one exporter that is named. */
  endpoint: setting(httpUrl),
  /** Headers of every export over HTTP. */
  headers: setting(tracing.headers, { secret: true }),
  /** Milliseconds for one attempt to export over HTTP. @default 10000 */
  timeoutMs: setting(milliseconds),
  /**
   * `gzip` compresses bodies over 1 KiB: costs CPU, and helps where the collector is far away.
   * @default none
   */
  compression: setting(oneOf(names.COMPRESSIONS), { default: "none" }),
  /**
   * For collectors over HTTPS: certificate authorities, a client's certificate, the server's
   * expected name.
   */
  tls: setting(tracing.tls, { secret: true }),
  /**
   * Called with lost spans and reasons, at most once a minute for each exporter; `diag` logs the
   * same.
   */
  onLoss: setting(functionType<OnLoss>()),
  /** The queue in front of each exporter. */
  batch: BATCH_SETTINGS,
  /** Settings of the exporter `jaeger`. */
  jaeger: JAEGER_SETTINGS,
  /** Settings of the exporter `zipkin`. */
  zipkin: {
    /**
     * Collector's URL for JSON v2. @default `zipkin.istio-system:9411` in Kubernetes, else
     * localhost
     */
    endpoint: setting(httpUrl, { variables: "OTEL_EXPORTER_ZIPKIN_ENDPOINT" }),
    /** Milliseconds for one attempt to export. @default 10000 */
    timeoutMs: setting(milliseconds, { variables: "OTEL_EXPORTER_ZIPKIN_TIMEOUT", default: 10_000 }),
  },
  /** Settings of the exporter `otlp`, which needs OpenTelemetry's package. */
  otlp: {
    /**
     * Encoding of OTLP. OpenTelemetry's exporter reads its other variables itself. @default
     * http/protobuf
     */
    protocol: setting(oneOf(names.OTLP_PROTOCOLS, "protocol"), {
      variables: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL OTEL_EXPORTER_OTLP_PROTOCOL",
      default: "http/protobuf",
    }),
  },
  /** Settings of the exporter `console`. */
  console: {
    /**
     * A JSON line or a readable line for each span, or a waterfall for each request. @default
     * `waterfall` on a terminal, else `json`
     */
    format: setting(oneOf(names.CONSOLE_FORMATS), { variables: "MESHTRACE_CONSOLE_FORMAT" }),
    /**
     * Milliseconds that a span waits at most. Overrides `batch.scheduledDelayMillis`. @default 100
     */
    scheduledDelayMillis: setting(millisecondsOrZero),
  },
};
