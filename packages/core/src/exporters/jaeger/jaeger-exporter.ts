import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { HttpDelivery } from "../http-delivery.js";
import { encodeBatch } from "./batch-encoder.js";

export interface JaegerExporterConfig {
  /** The collector's URL for Thrift over HTTP. Default `http://localhost:14268/api/traces`. */
  readonly endpoint?: string;
  /** Only `http/thrift.binary` so far; another one throws. */
  readonly protocol?: "http/thrift.binary";
  /** The collector's host, port 14268, where `endpoint` is not given. */
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt, default 10000. */
  readonly timeoutMs?: number;
}

type Done = Parameters<SpanExporter["export"]>[1];

/**
 * Sends spans to a Jaeger collector as Thrift over HTTP, shared spans split. Works in any OpenTelemetry 2.x set-up.
 * Throws `TypeError` for a URL or protocol that it cannot speak; `export` never throws.
 */
export class JaegerExporter implements SpanExporter {
  readonly #delivery: HttpDelivery;
  readonly #pending = new Set<Promise<void>>();
  #stopped = false;

  constructor(config: JaegerExporterConfig = {}) {
    const { protocol = "http/thrift.binary", host = "localhost", port = 14268, username, password = "" } = config;
    if (protocol !== "http/thrift.binary")
      throw new TypeError(`protocol ${protocol}: only http/thrift.binary is supported`);
    const url = new URL(config.endpoint ?? `http://${host}:${port}/api/traces`);
    if (!url.searchParams.has("format")) url.searchParams.set("format", "jaeger.thrift");
    const headers: Record<string, string> = { ...config.headers };
    if (username !== undefined)
      headers["authorization"] = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    this.#delivery = new HttpDelivery({
      url: url.href,
      contentType: "application/x-thrift",
      headers,
      ...(config.timeoutMs === undefined ? {} : { timeoutMs: config.timeoutMs }),
      remedy: (status) => (status === 404 ? "Jaeger's path is /api/traces on port 14268" : undefined),
    });
  }

  export(spans: ReadableSpan[], done: Done): void {
    if (this.#stopped) {
      done({ code: 1, error: new Error("the exporter was shut down") });
      return;
    }
    const sending = this.#send(spans).then(
      () => done({ code: 0 }),
      (error: Error) => done({ code: 1, error }),
    );
    this.#pending.add(sending);
    sending.finally(() => this.#pending.delete(sending));
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async shutdown(): Promise<void> {
    this.#stopped = true;
    this.#delivery.shutdown();
    await this.forceFlush();
  }

  async #send(spans: ReadableSpan[]): Promise<void> {
    await this.#delivery.send(encodeBatch(spans));
  }
}
