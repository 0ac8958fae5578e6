// The exporters that are compared: ours, others', and the least that works.
const { attributes, COUNT, MARK, ownSpans, sdkSpans } = require("./bench-spans.cjs");
const { BatchProcessor, DeliveryReport, JaegerExporter, ZipkinExporter } = require("./core-internals.cjs");
const { handWrittenThrift, handWrittenZipkin } = require("./hand-written-exporters.cjs");

/** Our exporter behind our batch processor: spans are encoded when they end. */
function processorFor(exporter) {
  const report = new DeliveryReport();
  const processor = new BatchProcessor({ exporter, name: "bench", report });
  const spans = ownSpans();
  return {
    endSpans() {
      for (const span of spans) processor.onEnd(span);
    },
    async send() {
      await processor.forceFlush();
      const { exported, ended } = report.snapshot();
      if (exported !== ended) throw new Error(`${ended - exported} spans were not exported`);
    },
  };
}

/** An exporter that gets a batch of the SDK's spans. */
function exporterAlone(exporter) {
  const spans = sdkSpans();
  return {
    endSpans() {},
    send: () =>
      new Promise((resolve, reject) => {
        exporter.export(spans, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error("not exported")),
        );
      }),
  };
}

/** What ends 512 spans and sends them. `http` and `udp` are ports of the collector. */
exports.contender = (name, ports) => {
  const exporter = VARIANTS[name](ports);
  return name.startsWith("meshtrace,") ? processorFor(exporter) : exporterAlone(exporter);
};

const VARIANTS = {
  "meshtrace, Jaeger over HTTP": ({ http }) => new JaegerExporter({ endpoint: `http://127.0.0.1:${http}/api/traces` }),
  "meshtrace, Jaeger over UDP, compact": ({ udp }) =>
    new JaegerExporter({ host: "127.0.0.1", port: udp, protocol: "udp/thrift.compact" }),
  "meshtrace, Jaeger over UDP, binary": ({ udp }) =>
    new JaegerExporter({ host: "127.0.0.1", port: udp, protocol: "udp/thrift.binary" }),
  "meshtrace in OpenTelemetry's SDK, Jaeger over HTTP": ({ http }) =>
    new JaegerExporter({ endpoint: `http://127.0.0.1:${http}/api/traces` }),
  "hand-written Thrift over HTTP": ({ http }) => handWrittenThrift(`http://127.0.0.1:${http}/api/traces`),
  "@opentelemetry/exporter-jaeger, HTTP": ({ http }) => {
    const { JaegerExporter: Theirs } = require("@opentelemetry/exporter-jaeger");
    return new Theirs({ endpoint: `http://127.0.0.1:${http}/api/traces` });
  },
  "@opentelemetry/exporter-jaeger, UDP": ({ udp }) => {
    const { JaegerExporter: Theirs } = require("@opentelemetry/exporter-jaeger");
    return new Theirs({ host: "127.0.0.1", port: udp });
  },
  "jaeger-client, HTTP": ({ http }) => jaegerClient(`http://127.0.0.1:${http}/api/traces`),
  "meshtrace, Zipkin": ({ http }) => new ZipkinExporter({ url: `http://127.0.0.1:${http}/api/v2/spans` }),
  "meshtrace, Zipkin, gzip": ({ http }) =>
    new ZipkinExporter({ url: `http://127.0.0.1:${http}/api/v2/spans`, compression: "gzip" }),
  "meshtrace in OpenTelemetry's SDK, Zipkin": ({ http }) =>
    new ZipkinExporter({ url: `http://127.0.0.1:${http}/api/v2/spans` }),
  "hand-written Zipkin JSON": ({ http }) => handWrittenZipkin(`http://127.0.0.1:${http}/api/v2/spans`),
  "@opentelemetry/exporter-zipkin": ({ http }) => {
    const { ZipkinExporter: Theirs } = require("@opentelemetry/exporter-zipkin");
    return new Theirs({ url: `http://127.0.0.1:${http}/api/v2/spans` });
  },
  "@opentelemetry/exporter-trace-otlp-proto": ({ http }) => {
    const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
    return new OTLPTraceExporter({ url: `http://127.0.0.1:${http}/v1/traces` });
  },
};

exports.NAMES = Object.keys(VARIANTS);

/** It has spans of its own: as many, with the same tags, exported as its reporter does it. */
function jaegerClient(endpoint) {
  const { ConstSampler, InMemoryReporter, Tracer } = require("jaeger-client");
  const { default: HTTPSender } = require("jaeger-client/dist/src/reporters/http_sender");
  const { default: ThriftUtils } = require("jaeger-client/dist/src/thrift");
  const reporter = new InMemoryReporter();
  const tracer = new Tracer("bench.default", reporter, new ConstSampler(true));
  const parent = tracer.startSpan("parent");
  for (let index = 0; index < COUNT; index += 1) {
    tracer.startSpan(MARK, { childOf: parent, tags: { ...attributes(index), "span.kind": "client" } }).finish();
  }
  const spans = reporter.spans.filter((span) => span.operationName === MARK);
  const sender = new HTTPSender({ endpoint, maxPacketSize: 16_777_216, timeoutMS: 10_000 });
  sender.setProcess({ serviceName: "bench.default", tags: [] });
  return {
    export(_spans, done) {
      for (const span of spans) sender.append(ThriftUtils.spanToThrift(span), () => {});
      sender.flush((_count, error) => done({ code: error ? 1 : 0 }));
    },
    shutdown: async () => {},
  };
}
