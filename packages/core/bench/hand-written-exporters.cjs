// The least that an exporter can be: one buffer or string, one POST. No retries, no limits, no
// accounting; attributes that are text or small whole numbers, and nothing else.
const { Agent, request } = require("node:http");

const MICROSECONDS = 1_000_000;

function poster(url, contentType, encode) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    export(spans, done) {
      const body = encode(spans);
      const headers = { "content-type": contentType, "content-length": body.length };
      const post = request(url, { method: "POST", agent, headers }, (response) => {
        response.resume();
        response.on("end", () => done({ code: response.statusCode < 300 ? 0 : 1 }));
      });
      post.end(body);
    },
    shutdown: async () => agent.destroy(),
  };
}

const buffer = Buffer.allocUnsafe(4_194_304);
let at = 0;

function field(type, id) {
  buffer[at] = type;
  buffer[at + 1] = 0;
  buffer[at + 2] = id;
  at += 3;
}

function text(id, value) {
  field(11, id);
  const length = value.length < 64 ? buffer.latin1Write(value, at + 4) : buffer.utf8Write(value, at + 4);
  buffer.writeInt32BE(length, at);
  at += 4 + length;
}

function hex(id, value, start) {
  field(10, id);
  buffer.hexWrite(value.slice(start, start + 16), at);
  at += 8;
}

function long(id, value) {
  field(10, id);
  buffer.writeInt32BE(Math.floor(value / 4294967296), at);
  buffer.writeUInt32BE(value % 4294967296, at + 4);
  at += 8;
}

function int(id, value) {
  field(8, id);
  buffer.writeInt32BE(value, at);
  at += 4;
}

function list(id, count) {
  field(15, id);
  buffer[at] = 12;
  buffer.writeInt32BE(count, at + 1);
  at += 5;
}

function tag(name, value) {
  text(1, name);
  if (typeof value === "string") {
    int(2, 0);
    text(3, value);
  } else {
    int(2, 3);
    long(6, value);
  }
  buffer[at++] = 0;
}

function thrift(spans) {
  at = 0;
  field(12, 1);
  text(1, String(spans[0].resource.attributes["service.name"]));
  buffer[at++] = 0;
  list(2, spans.length);
  for (const span of spans) {
    const { traceId, spanId } = span.spanContext();
    hex(1, traceId, 16);
    hex(2, traceId, 0);
    hex(3, spanId, 0);
    hex(4, span.parentSpanContext.spanId, 0);
    text(5, span.name);
    int(7, 1);
    long(8, span.startTime[0] * MICROSECONDS + Math.floor(span.startTime[1] / 1000));
    long(9, span.duration[0] * MICROSECONDS + Math.floor(span.duration[1] / 1000));
    const names = Object.keys(span.attributes);
    list(10, names.length + 2);
    for (const name of names) tag(name, span.attributes[name]);
    tag("span.kind", "client");
    tag("otel.scope.name", span.instrumentationScope.name);
    buffer[at++] = 0;
  }
  buffer[at++] = 0;
  return Buffer.from(buffer.subarray(0, at));
}

function zipkin(spans) {
  const list = spans.map((span) => {
    const { traceId, spanId } = span.spanContext();
    const tags = {};
    for (const name in span.attributes) tags[name] = String(span.attributes[name]);
    tags["otel.scope.name"] = span.instrumentationScope.name;
    return {
      traceId,
      id: spanId,
      parentId: span.parentSpanContext.spanId,
      kind: "CLIENT",
      name: span.name,
      timestamp: span.startTime[0] * MICROSECONDS + Math.floor(span.startTime[1] / 1000),
      duration: span.duration[0] * MICROSECONDS + Math.floor(span.duration[1] / 1000),
      localEndpoint: { serviceName: span.resource.attributes["service.name"], ipv4: "127.0.0.1" },
      tags,
    };
  });
  return Buffer.from(JSON.stringify(list));
}

exports.handWrittenThrift = (url) => poster(url, "application/x-thrift", thrift);
exports.handWrittenZipkin = (url) => poster(url, "application/json", zipkin);
