// The requests that benchmarks send: 256 different ones of several shapes, the same in every run. A
// single request text sent over and over flatters every contender: its strings stay in caches, and
// each call site sees one shape.
const COUNT = 256;
const SEED = 20_250_307;

// Mulberry32: small, and the same sequence on every machine.
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PATHS = [
  (number) => `/orders/${number}`,
  (number) => `/orders/${number}?expand=items&currency=EUR`,
  (number) => `/customers/${number}/orders`,
  (number) => `/customers/${number}/orders?page=${number % 9}&size=20`,
  (number) => `/products/${number.toString(36)}`,
  (number) => `/products/${number.toString(36)}?locale=en-GB`,
];
const HOSTS = [
  "orders:8080",
  "orders",
  "orders.shop.svc.cluster.local:8080",
  "orders.shop.svc.cluster.local",
  "shop.example.com",
  "10.96.14.3:8080",
];
const BROWSERS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
];
const CLIENTS = [
  "curl/8.5.0",
  "Go-http-client/1.1",
  "node",
  "python-requests/2.32.5",
  "Apache-HttpClient/5.5 (Java/21)",
];

/** Values of one request. `ids` are lower-case hex of the mesh's lengths. */
function valuesOf(random, sampled) {
  const hex = (digits) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const oneOf = (list) => list[Math.floor(random() * list.length)];
  const uuid = `${hex(8)}-${hex(4)}-${sampled ? 9 : 4}${hex(3)}-8${hex(3)}-${hex(12)}`;
  return { hex, oneOf, uuid, traceId: hex(32), spanId: hex(16), parentId: hex(16), decision: sampled ? "1" : "0" };
}

const b3 = ({ traceId, spanId, parentId, decision }) => [
  ["x-b3-traceid", traceId],
  ["x-b3-spanid", spanId],
  ["x-b3-parentspanid", parentId],
  ["x-b3-sampled", decision],
];
const withoutParent = (headers) => headers.filter(([name]) => name !== "x-b3-parentspanid");
const traceparent = ({ traceId, spanId, decision }) => ["traceparent", `00-${traceId}-${spanId}-0${decision}`];
const otSpanContext = ({ traceId, spanId, parentId }) => ["x-ot-span-context", `${traceId};${spanId};${parentId};cs`];
const clientCertificate = ({ hex }) => [
  "x-forwarded-client-cert",
  `By=spiffe://cluster.local/ns/shop/sa/orders;Hash=${hex(64)};Subject="";URI=spiffe://cluster.local/ns/shop/sa/web`,
];

/** Browsers' own headers, as a gateway passes them on. */
const browser = ({ hex, oneOf, uuid }, host) => [
  ["host", host],
  ["sec-ch-ua-platform", '"Linux"'],
  ["user-agent", oneOf(BROWSERS)],
  ["sec-ch-ua", '"Chromium";v="142", "Not_A Brand";v="99"'],
  ["sec-ch-ua-mobile", "?0"],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"],
  ["sec-fetch-site", "same-origin"],
  ["sec-fetch-mode", "cors"],
  ["sec-fetch-dest", "empty"],
  ["referer", `https://${host}/`],
  ["accept-encoding", "gzip, deflate, br, zstd"],
  ["accept-language", "en-GB,en;q=0.9,de;q=0.8"],
  ["cookie", `session=${hex(32)}; theme=dark; consent=${hex(8)}`],
  ["x-forwarded-for", "203.0.113.17"],
  ["x-forwarded-proto", "http"],
  ["x-envoy-external-address", "203.0.113.17"],
  ["x-request-id", uuid],
];

const client = ({ oneOf, uuid }, host) => [
  ["host", host],
  ["user-agent", oneOf(CLIENTS)],
  ["accept", "*/*"],
  ["x-forwarded-proto", "http"],
  ["x-request-id", uuid],
];

// Header lists as sidecars and gateways write them. Each has B3 with a decision, so that every
// variant has the same work.
const SHAPES = {
  sidecar: (values, host) => [
    ...client(values, host),
    ["x-envoy-attempt-count", "1"],
    clientCertificate(values),
    ...b3(values),
  ],
  "sidecar of an older Envoy": (values, host) => [...client(values, host), otSpanContext(values), ...b3(values)],
  "first hop": (values, host) => [...client(values, host), ...withoutParent(b3(values))],
  "browser through a gateway": (values, host) => [...browser(values, host), ...withoutParent(b3(values))],
  "browser behind two hops": (values, host) => [
    ...browser(values, host),
    ["x-envoy-attempt-count", "1"],
    ...b3(values),
    ["x-envoy-internal", "true"],
  ],
  "B3 and traceparent": (values, host) => [...client(values, host), traceparent(values), ...b3(values)],
  "B3, traceparent and tracestate": (values, host) => [
    ...b3(values),
    ...client(values, host),
    traceparent(values),
    ["tracestate", `es=s:1,vendor=${values.hex(16)}`],
  ],
  "headers copied by hand": ({ oneOf, uuid, ...values }, host) => [
    ["Host", host],
    ["User-Agent", oneOf(CLIENTS)],
    ["Accept", "application/json"],
    ["X-Request-Id", uuid],
    ["X-B3-TraceId", values.traceId],
    ["X-B3-SpanId", values.spanId],
    ["X-B3-ParentSpanId", values.parentId],
    ["X-B3-Sampled", values.decision],
    ["Accept-Encoding", "gzip"],
  ],
};

/**
 * Returns 256 different requests as text, in a shuffled order. Sampled and unsampled ones differ in
 * the decision only.
 */
exports.requests = ({ sampled }) => {
  const random = randomNumbers(SEED);
  const shapes = Object.values(SHAPES);
  const all = Array.from({ length: COUNT }, (_, index) => {
    const values = valuesOf(random, sampled);
    const path = values.oneOf(PATHS)(1000 + Math.floor(random() * 90_000));
    const headers = shapes[index % shapes.length](values, values.oneOf(HOSTS));
    return `GET ${path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  });
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other], all[last]];
  }
  return all;
};
