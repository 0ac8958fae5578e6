// What can be written by hand in one file: the context in AsyncLocalStorage, a joined span with
// validated IDs, the attributes that meshtrace sets, batches of 512 on a kept-alive connection. No
// limits, no retries, no accounting.
const { AsyncLocalStorage } = require("node:async_hooks");
const { handWrittenThrift } = require("../../../core/bench/hand-written-exporters.cjs");
const { handWrittenZipkin } = require("./minimum-zipkin.cjs");

const FORWARDED = [
  "x-request-id",
  "x-b3-traceid",
  "x-b3-spanid",
  "x-b3-parentspanid",
  "x-b3-sampled",
  "x-b3-flags",
  "traceparent",
  "tracestate",
  "x-ot-span-context",
];
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const NO_PARENT = "0000000000000000";
const BATCH = 512;
const SERVER = 1;
const CLIENT = 2;

const nowMicros = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
const part = () => ((Math.random() * 4_294_967_296) >>> 0).toString(16).padStart(8, "0");

function hrTime(micros) {
  const seconds = Math.floor(micros / 1_000_000);
  return [seconds, (micros - seconds * 1_000_000) * 1000];
}

/** The members that the hand-written exporters read. */
class Span {
  resource = { attributes: { "service.name": "bench" } };
  instrumentationScope = { name: "bench" };
  startMicros = nowMicros();
  endMicros = 0;
  constructor(kind, name, traceId, spanId, parentId, attributes) {
    this.kind = kind;
    this.name = name;
    this.context = { traceId, spanId };
    this.parentSpanContext = { spanId: parentId };
    this.attributes = attributes;
  }
  spanContext() {
    return this.context;
  }
  get startTime() {
    return hrTime(this.startMicros);
  }
  get duration() {
    return hrTime(this.endMicros - this.startMicros);
  }
}

const EXPORTERS = { zipkin: handWrittenZipkin, jaeger: handWrittenThrift };

exports.start = (exporterName, endpoint) => {
  const exporter = EXPORTERS[exporterName](endpoint);
  const storage = new AsyncLocalStorage();
  const sending = new Set();
  let spans = [];

  function deliver() {
    const batch = spans;
    spans = [];
    const delivery = new Promise((resolve) => exporter.export(batch, resolve));
    sending.add(delivery);
    delivery.then(() => sending.delete(delivery));
  }

  function end(span, status) {
    span.attributes["http.response.status_code"] = status;
    span.endMicros = nowMicros();
    if (spans.push(span) >= BATCH) deliver();
  }

  const handler = (work) => (request, response) => {
    const { headers, method } = request;
    const traceId = headers["x-b3-traceid"];
    const spanId = headers["x-b3-spanid"];
    if (!TRACE_ID.test(traceId) || !SPAN_ID.test(spanId)) return work(request, response);
    const forwarded = {};
    for (const name of FORWARDED) if (headers[name] !== undefined) forwarded[name] = headers[name];
    const sampled = headers["x-b3-sampled"] === "1";
    if (sampled) {
      const parentId = headers["x-b3-parentspanid"];
      const parent = SPAN_ID.test(parentId) ? parentId : NO_PARENT;
      const span = new Span(SERVER, method, traceId, spanId, parent, serverAttributes(request));
      response.once("close", () => end(span, response.statusCode));
    }
    return storage.run({ traceId, spanId, sampled, forwarded }, work, request, response);
  };

  async function fetch(url) {
    const current = storage.getStore();
    if (current === undefined) return globalThis.fetch(url);
    const { traceId, spanId, sampled, forwarded } = current;
    if (!sampled) return globalThis.fetch(url, { headers: forwarded });
    const id = part() + part();
    const headers = { ...forwarded, "x-b3-spanid": id, "x-b3-parentspanid": spanId };
    if (forwarded.traceparent !== undefined) headers.traceparent = `00-${traceId}-${id}-01`;
    const span = new Span(CLIENT, "GET", traceId, id, spanId, clientAttributes(url));
    const response = await globalThis.fetch(url, { headers });
    end(span, response.status);
    return response;
  }

  return {
    handler,
    fetch,
    async flush() {
      if (spans.length > 0) deliver();
      await Promise.all(sending);
    },
  };
};

function serverAttributes({ headers, method, url, httpVersion, socket }) {
  const query = url.indexOf("?");
  const { host } = headers;
  const colon = host.lastIndexOf(":");
  const attributes = {
    "http.request.method": method,
    "url.path": query < 0 ? url : url.slice(0, query),
    "url.scheme": "http",
    "network.protocol.version": httpVersion,
    "user_agent.original": headers["user-agent"],
    "server.address": colon < 0 ? host : host.slice(0, colon),
    "client.address": headers["x-forwarded-for"] ?? socket.remoteAddress,
    "network.peer.address": socket.remoteAddress,
    "network.peer.port": socket.remotePort,
    "guid:x-request-id": headers["x-request-id"],
  };
  if (colon >= 0) attributes["server.port"] = Number(host.slice(colon + 1));
  return attributes;
}

const clientAttributes = (url) => ({
  "http.request.method": "GET",
  "url.full": url.href,
  "server.address": url.hostname,
  "server.port": Number(url.port),
});
