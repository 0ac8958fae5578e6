/** Contexts in the headers of messages: each form is read, and written without a stale header. */
import { createServer } from "node:http";
import { connect, constants, createServer as createHttp2Server } from "node:http2";
import { type Context, propagation, ROOT_CONTEXT, type TextMapGetter, type TextMapSetter } from "@opentelemetry/api";
import { headers as natsHeaders } from "nats";
import { expect, test } from "vitest";
import { BaggagePropagator } from "../../src/propagation/baggage-propagator.js";
import { MeshPropagator } from "../../src/propagation/mesh-propagator.js";
import { SPAN_ID, TRACE_ID } from "../kit/incoming-headers.js";
import { type Bag, throughAmqp, throughKafkaJs, throughSqs } from "./message-carriers.js";

const SENT: Bag = {
  "x-b3-traceid": TRACE_ID,
  "x-b3-spanid": SPAN_ID,
  "x-b3-sampled": "0",
  traceparent: "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-00",
  tracestate: "a=1,b=2",
  "x-request-id": "r-1",
};
const B3: Bag = Object.fromEntries(Object.entries(SENT).filter(([name]) => name.startsWith("x-")));
const entries = Object.entries(SENT);
const bytes = (value: string): Buffer => Buffer.from(value);
const mapped = (change: (value: string, name: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(entries.map(([name, value]) => [name, change(value, name)]));
const spelled = (name: string): string => name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());

function nats(spell: (name: string) => string, bag: Bag = SENT): unknown {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(bag)) headers.set(spell(name), value);
  return headers;
}

/** What arrives at a server of node:http2, and the raw headers of one of node:http. */
async function throughHttp2(): Promise<object> {
  const server = createHttp2Server().listen(0, "127.0.0.1");
  const arrived = new Promise<object>((resolve) => {
    server.on("stream", (stream, headers) => {
      stream.respond({ [constants.HTTP2_HEADER_STATUS]: 200 });
      stream.end();
      resolve(headers);
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const session = connect(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
  session.request({ ":path": "/", ...SENT }).resume();
  const headers = await arrived;
  session.close();
  server.close();
  return headers;
}

async function rawHeaders(): Promise<unknown> {
  const server = createServer((request, response) => response.end(JSON.stringify(request.rawHeaders)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const reply = await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}`, { headers: SENT });
  const raw = await reply.json();
  server.close();
  return raw;
}

const RECEIVED: Record<string, () => unknown> = {
  "KafkaJS, Buffers": () => throughKafkaJs(SENT),
  "KafkaJS, headers twice": () =>
    throughKafkaJs(mapped((value, name) => (name.startsWith("x-b3") ? [value, "later"] : value))),
  "amqplib, text": () => throughAmqp(SENT),
  "amqplib, numbers, booleans and bytes": () =>
    throughAmqp(mapped((value, name) => (name === "x-b3-sampled" ? 0 : name === "tracestate" ? bytes(value) : value))),
  "amqplib, false": () => throughAmqp({ ...SENT, "x-b3-sampled": false }),
  "AMQP values with a type": () => mapped((value) => ({ "!": "string", value })),
  "nats, lower case": () => nats((name) => name),
  "nats, as Go spells them": () => nats(spelled),
  "nats, upper case": () => nats((name) => name.toUpperCase()),
  "SQS, StringValue": () => throughSqs(mapped((value) => ({ DataType: "String", StringValue: value }))),
  "SQS, BinaryValue": () => throughSqs(mapped((value) => ({ DataType: "Binary", BinaryValue: bytes(value) }))),
  "SQS events of Lambda": () => mapped((value) => ({ dataType: "String", stringValue: value, stringListValues: [] })),
  "SNS events of Lambda": () => mapped((value) => ({ Type: "String", Value: value })),
  "Kafka events of Lambda, lists of numbers": () => entries.map(([name, value]) => ({ [name]: [...bytes(value)] })),
  "multiValueHeaders of ALB": () => mapped((value) => [value]),
  "CloudFront, lists of key and value": () => mapped((value, name) => [{ key: spelled(name), value }]),
  "librdkafka, one property each": () => entries.map(([name, value]) => ({ [name]: bytes(value) })),
  "key and value": () => entries.map(([key, value]) => ({ key, value })),
  "key and bytes": () => entries.map(([name, value]) => ({ key: bytes(spelled(name)), value: bytes(value) })),
  "name and value": () => entries.map(([name, value]) => ({ name: spelled(name), value, comment: "" })),
  "Name and Value": () => entries.map(([name, value]) => ({ Name: name, Value: value })),
  "pairs of bytes": () => entries.map(([name, value]) => [bytes(name), bytes(value)]),
  "bytes in turn": () => entries.flatMap(([name, value]) => [bytes(spelled(name)), bytes(value)]),
  "rawHeaders of node:http": rawHeaders,
  "headers of node:http2": throughHttp2,
  "a Map from bytes to bytes": () => new Map(entries.map(([name, value]) => [bytes(spelled(name)), bytes(value)])),
  "Buffers after JSON": () => JSON.parse(JSON.stringify(mapped(bytes))),
  "String objects": () => mapped((value) => Object(value)),
  "mixed case beside lower case": () => ({
    "x-request-id": "r-1",
    traceparent: SENT["traceparent"],
    tracestate: SENT["tracestate"],
    "x-b3-traceid": SENT["x-b3-traceid"],
    "X-B3-SpanId": SENT["x-b3-spanid"],
    "X-B3-SAMPLED": "0",
  }),
  "a neighbour that throws": () => {
    const refuse = (): never => {
      throw new Error("no");
    };
    return Object.defineProperty({ ...SENT }, "b3", { enumerable: true, get: refuse });
  },
};

function counting(): { propagator: MeshPropagator; malformed: string[] } {
  const malformed: string[] = [];
  return { malformed, propagator: new MeshPropagator({ onMalformed: (header) => malformed.push(header) }) };
}

const textOf = (context: Context, propagator: MeshPropagator): Record<string, string> => {
  const sent: Record<string, string> = {};
  propagator.inject(context, sent);
  return sent;
};

/** Our mark is the only addition to what came. */
const OUT = { ...SENT, tracestate: `meshtrace=${SENT["x-b3-spanid"]},a=1,b=2` };

test.each(Object.entries(RECEIVED))("reads %s", async (name, receive) => {
  const { propagator, malformed } = counting();
  const context = propagator.extract(ROOT_CONTEXT, await receive());
  expect(textOf(context, propagator)).toEqual(OUT);
  expect(malformed).toEqual(name.includes("throws") ? ["b3"] : []);
});

const STALE: Record<string, () => unknown> = {
  "nats, as Go spells them": () => nats(spelled, { ...B3, b3: "0" }),
  "key and value": () => [{ key: "Traceparent", value: "00-x" }],
  "key and bytes": () => [{ key: bytes("B3"), value: bytes("0") }],
  "name and value": () => [
    { name: "accept", value: "*/*" },
    { name: "b3", value: "0" },
  ],
  "pairs of bytes": () => [[bytes("B3"), bytes("0")]],
  "bytes in turn": () => [bytes("accept"), bytes("*/*"), bytes("B3"), bytes("0")],
  "a Map from bytes to bytes": () => new Map([[bytes("B3"), bytes("0")]]),
  "one property each": () => [{ B3: bytes("0") }],
};

test.each(Object.entries(STALE))("writes %s in its form, and removes stale headers", (_name, make) => {
  const { propagator } = counting();
  const context = propagator.extract(ROOT_CONTEXT, SENT);
  const carrier = make();
  propagator.inject(context, carrier);
  expect(textOf(propagator.extract(ROOT_CONTEXT, carrier), propagator)).toEqual(OUT);
  const json = JSON.stringify(carrier instanceof Map ? [...carrier] : carrier, undefined, " ").toLowerCase();
  expect(json).not.toContain('"b3"');
  expect(json).not.toContain("00-x");
  if (!Array.isArray(carrier)) return;
  const forms = carrier.map((item) => (Buffer.isBuffer(item) ? "bytes" : Object.keys(item as object).length));
  expect(new Set(forms).size).toBe(1);
});

/** Getters that callers wrote for a message of bytes under names in any case. */
const GETTERS: Record<string, TextMapGetter<Record<string, Buffer>>> = {
  'answers "" for what is not there': {
    get: (from, name) => from[name]?.toString() ?? "",
    keys: Object.keys,
  },
  "throws for what is not there": {
    get: (from, name) => (from[name] as Buffer).toString(),
    keys: Object.keys,
  },
  "answers with bytes, and names in bytes": {
    get: (from, name) => from[name] as unknown as string,
    keys: (from) => Object.keys(from).map((name) => Object.assign(bytes(name), { toString: () => name })) as never,
  },
};

test.each(Object.entries(GETTERS))("a getter that %s", (_name, getter) => {
  for (const spell of [(name: string) => name, spelled, (name: string) => name.toUpperCase()]) {
    const { propagator, malformed } = counting();
    const carrier = Object.fromEntries(entries.map(([name, value]) => [spell(name), bytes(value)]));
    const context = propagator.extract(ROOT_CONTEXT, carrier, getter as TextMapGetter);
    expect(textOf(context, propagator)).toEqual(OUT);
    expect(malformed).toEqual([]);
  }
});

test("a getter that fails for one header, and one without keys(), do not spoil the others", () => {
  const fails: Partial<TextMapGetter<Bag>> = {
    get(from, name) {
      if (name === "tracestate") throw new Error("no");
      return from[name];
    },
  };
  const { propagator, malformed } = counting();
  const all = { ...fails, keys: Object.keys } as TextMapGetter;
  expect(textOf(propagator.extract(ROOT_CONTEXT, SENT, all), propagator)).toMatchObject(B3);
  expect(malformed).toEqual(["tracestate"]);
  expect(textOf(propagator.extract(ROOT_CONTEXT, SENT, fails as TextMapGetter), propagator)).toMatchObject(B3);
});

test("a setter that refuses one header still gets the others", () => {
  const { propagator } = counting();
  const written: Record<string, string> = {};
  const setter: TextMapSetter = {
    set(_to, name, value) {
      if (name === "x-b3-traceid") throw new Error("too long");
      written[name] = value;
    },
  };
  propagator.inject(propagator.extract(ROOT_CONTEXT, SENT), {}, setter);
  expect(written).toMatchObject({ traceparent: SENT["traceparent"], "x-request-id": "r-1" });
});

test("what has no text is counted by name, and values that are numbers are no bytes", () => {
  const { propagator, malformed } = counting();
  const odd = { ...SENT, b3: {}, "x-b3-flags": () => "1", sw8: [Symbol("sw8")], "x-b3-sampled": [0] };
  expect(textOf(propagator.extract(ROOT_CONTEXT, odd), propagator)).toEqual(OUT);
  expect(malformed.sort()).toEqual(["b3", "sw8", "x-b3-flags"]);
});

test("baggage is read in the same forms", () => {
  const propagator = new BaggagePropagator();
  const carriers = [
    { Baggage: bytes("user=ann") },
    [{ key: "baggage", value: bytes("user=ann") }],
    { baggage: { StringValue: "user=ann" } },
    throughKafkaJs({ BAGGAGE: ["user=ann", "a=1"] }),
    nats((name) => name, { Baggage: "user=ann" }),
  ];
  for (const carrier of carriers) {
    const read = propagator.extract(ROOT_CONTEXT, carrier);
    expect(propagation.getBaggage(read)?.getEntry("user")?.value).toBe("ann");
  }
});
