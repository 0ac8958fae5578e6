// 256 requests of different clients, as Node's parser makes their headers: a plain object, filled
// name by name in the order in which they came. The same seed gives the same requests in every
// process.

const REQUESTS = 256;

const CLIENTS = {
  curl: ["host: orders:8080", "user-agent: curl/8.5.0", "accept: */*"],
  "curl with a body": [
    "host: orders:8080",
    "user-agent: curl/8.5.0",
    "accept: */*",
    "content-type: application/json",
    "content-length: 128",
  ],
  "Envoy, HTTP/1": [
    "host: orders.default.svc.cluster.local",
    "user-agent: curl/8.5.0",
    "accept: */*",
    "x-forwarded-for: 192.0.2.2",
    "x-forwarded-proto: http",
    "x-envoy-external-address: 192.0.2.2",
    "x-envoy-attempt-count: 1",
    "x-forwarded-client-cert: By=spiffe://cluster.local/ns/default/sa/orders;Hash=8d6f;URI=spiffe://cluster.local/ns/default/sa/web",
  ],
  "Envoy, HTTP/2": [
    ":method: GET",
    ":path: /orders/7",
    ":scheme: http",
    ":authority: orders.default.svc.cluster.local",
    "user-agent: okhttp/4.12.0",
    "accept-encoding: gzip",
    "x-forwarded-proto: http",
    "x-envoy-attempt-count: 1",
  ],
  Chrome: [
    "host: shop.example",
    "connection: keep-alive",
    "cache-control: max-age=0",
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
    "sec-ch-ua-mobile: ?0",
    'sec-ch-ua-platform: "Linux"',
    "upgrade-insecure-requests: 1",
    "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "sec-fetch-site: none",
    "sec-fetch-mode: navigate",
    "sec-fetch-user: ?1",
    "sec-fetch-dest: document",
    "accept-encoding: gzip, deflate, br, zstd",
    "accept-language: en-GB,en;q=0.9",
    "cookie: session=5e3f; theme=dark",
    'if-none-match: W/"5d-1"',
  ],
  Firefox: [
    "host: shop.example",
    "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
    "accept: application/json",
    "accept-language: en-GB,en;q=0.5",
    "accept-encoding: gzip, deflate, br, zstd",
    "referer: https://shop.example/",
    "origin: https://shop.example",
    "connection: keep-alive",
    "cookie: session=5e3f",
    "sec-fetch-dest: empty",
    "sec-fetch-mode: cors",
    "sec-fetch-site: same-origin",
  ],
  gRPC: [
    ":method: POST",
    ":path: /shop.Orders/Get",
    ":scheme: http",
    ":authority: orders:9000",
    "content-type: application/grpc",
    "te: trailers",
    "user-agent: grpc-go/1.75.0",
    "grpc-accept-encoding: gzip",
    "grpc-timeout: 999m",
  ],
  "undici's fetch": [
    "host: orders:8080",
    "connection: keep-alive",
    "accept: */*",
    "accept-language: *",
    "sec-fetch-mode: cors",
    "user-agent: node",
    "accept-encoding: gzip, deflate",
  ],
};

/**
 * `traced`: with the headers of a mesh. Each request is `{ headers, expected }`: what a call has to
 * carry.
 */
exports.requests = (traced) => {
  const random = generator(7);
  const shapes = Object.values(CLIENTS);
  return Array.from({ length: REQUESTS }, (_, index) => {
    const ordinary = shapes[index % shapes.length].map((line) => line.split(/(?<=.): /));
    const tracing = traced ? meshHeaders(random, index) : [];
    let lines = [...ordinary, ...tracing];
    // A quarter comes in an order of its own, an eighth with the tracing headers first.
    if (index % 4 === 3) lines = shuffled(lines, random);
    else if (index % 8 === 2) lines = [...tracing, ...ordinary];
    const headers = {};
    for (const [name, value] of lines) headers[name] = received(value);
    return { headers, expected: Object.fromEntries(tracing) };
  });
};

function meshHeaders(random, index) {
  const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
  const traceId = `a${hex(31)}`;
  const spanId = `b${hex(15)}`;
  const headers = [
    ["x-request-id", `${hex(8)}-${hex(4)}-9${hex(3)}-${hex(4)}-${hex(12)}`],
    ["x-b3-traceid", traceId],
    ["x-b3-spanid", spanId],
    ["x-b3-parentspanid", `c${hex(15)}`],
    ["x-b3-sampled", index % 3 === 0 ? "0" : "1"],
  ];
  if (index % 2 === 0) headers.push(["x-ot-span-context", `${traceId};${spanId};0020000000000001;cs`]);
  return headers;
}

/** The text in memory of its own, as it comes from a socket. */
function received(text) {
  return Buffer.from(text, "latin1").toString("latin1");
}

function shuffled(list, random) {
  const rest = [...list];
  const order = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return order;
}

/** mulberry32. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
