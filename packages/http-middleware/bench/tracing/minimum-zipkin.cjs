// The least that an exporter of Zipkin's JSON can be, for the spans of minimum.cjs.
const { Agent, request } = require("node:http");

const KINDS = ["", "SERVER", "CLIENT"];
const NO_PARENT = "0000000000000000";
const localEndpoint = { serviceName: "bench", ipv4: "127.0.0.1" };

function jsonOf({ kind, name, context, parentSpanContext, startMicros, endMicros, attributes }) {
  const tags = {};
  for (const key in attributes) tags[key] = String(attributes[key]);
  return {
    traceId: context.traceId,
    id: context.spanId,
    parentId: parentSpanContext.spanId === NO_PARENT ? undefined : parentSpanContext.spanId,
    kind: KINDS[kind],
    shared: kind === 1,
    name,
    timestamp: startMicros,
    duration: endMicros - startMicros,
    localEndpoint,
    tags,
  };
}

exports.handWrittenZipkin = (url) => {
  const agent = new Agent({ keepAlive: true });
  return {
    export(spans, done) {
      const body = Buffer.from(JSON.stringify(spans.map(jsonOf)));
      const headers = { "content-type": "application/json", "content-length": body.length, b3: "0" };
      const post = request(url, { method: "POST", agent, headers }, (response) => {
        response.resume().on("end", () => done({ code: 0 }));
      });
      post.on("error", () => done({ code: 1 })).end(body);
    },
  };
};
