// One way of tracing messages: each message is produced within a request and consumed by an async
// handler. Sampled spans go to no exporter. The client is a stand-in with the interface of kafkajs.
const { equal } = require("node:assert/strict");
const api = require("@opentelemetry/api");
const { answer, cpu } = require("../../../bench/answering.cjs");

const { context, defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
const TOPIC = "times";
const PARENT = {
  traceId: "80f198ee56343ba864fe8b2a57d3eff7",
  spanId: "e457b5a2e4d86bd1",
  traceFlags: 1,
  isRemote: true,
};
const request = trace.setSpanContext(ROOT_CONTEXT, PARENT);
let handled = 0;
const handle = async () => {
  handled += trace.getActiveSpan().spanContext().traceId === PARENT.traceId ? 1 : 0;
};
/** Kafka hands values of headers out as bytes. */
const delivered = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]));
const payload = (headers) => ({ topic: TOPIC, partition: 0, message: { offset: "7", value: null, headers } });

class Kafka {
  producer() {
    return { send: async ({ messages }) => messages[0].headers, sendBatch() {}, transaction() {}, on() {}, events: {} };
  }
  consumer() {
    const consumer = { on() {}, events: {}, run: async ({ eachMessage }) => Object.assign(consumer, { eachMessage }) };
    return consumer;
  }
}

const WAYS = {
  /** Both spans and their attributes by OpenTelemetry's API, over meshtrace's tracer. */
  "hand-written"() {
    const { tracer, propagator } = require("@meshtrace/core").initTracing({ exporter: "none", shutdown: false });
    const attributes = (type) => ({
      "messaging.system": "kafka",
      "messaging.operation.type": type,
      "messaging.operation.name": type,
      "messaging.destination.name": TOPIC,
    });
    const during = async (name, options, parent, work) => {
      const span = tracer.startSpan(name, options, parent);
      try {
        return await context.with(trace.setSpan(parent, span), work);
      } catch (error) {
        span.recordException(error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
        throw error;
      } finally {
        span.end();
      }
    };
    return {
      produce: () =>
        during(
          "send times",
          { kind: SpanKind.PRODUCER, attributes: attributes("send") },
          context.active(),
          async () => {
            const headers = {};
            propagator.inject(context.active(), headers, defaultTextMapSetter);
            return headers;
          },
        ),
      consume({ partition, message }) {
        const parent = propagator.extract(ROOT_CONTEXT, message.headers, defaultTextMapGetter);
        const all = attributes("process");
        all["messaging.destination.partition.id"] = String(partition);
        all["messaging.kafka.offset"] = Number(message.offset);
        return during("process times", { kind: SpanKind.CONSUMER, attributes: all }, parent, handle);
      },
    };
  },
  meshtrace() {
    require("@meshtrace/core").initTracing({ exporter: "none", shutdown: false });
    const { consume, produce } = require("@meshtrace/core/messages");
    const options = { system: "kafka", destination: TOPIC };
    return {
      produce: () => produce({}, options, async (headers) => headers),
      consume: (received) => consume(received, options, handle),
    };
  },
  async opentelemetry() {
    const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
    const { KafkaJsInstrumentation } = require("@opentelemetry/instrumentation-kafkajs");
    const provider = new NodeTracerProvider({
      spanProcessors: [{ onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} }],
    });
    provider.register();
    const instrumentation = new KafkaJsInstrumentation();
    instrumentation.setTracerProvider(provider);
    const [module] = [instrumentation.init()].flat();
    const kafka = new (module.patch({ Kafka }).Kafka)();
    const producer = kafka.producer();
    const consumer = kafka.consumer();
    await consumer.run({ eachMessage: handle });
    return {
      produce: () => producer.send({ topic: TOPIC, messages: [{ value: "now", headers: {} }] }),
      consume: (received) => consumer.eachMessage(received),
    };
  },
};

let way;
answer({
  async open(name) {
    way = await WAYS[name]();
    await round(100);
    equal(handled, 100, `${name}: the handler runs in the trace of the request`);
  },
  /** Nanoseconds of CPU for a message that is produced and consumed. */
  async measure(count) {
    const before = cpu();
    await round(count);
    return ((cpu() - before) * 1000) / count;
  },
});

async function round(count) {
  for (let index = 0; index < count; index += 1) {
    const headers = await context.with(request, way.produce);
    await way.consume(payload(delivered(headers)));
  }
}
