/**
 * The words in which the matrix says what it expects: spans, trees, and the headers of a hop.
 */
export const GATEWAY = {
  server: "hello-gateway-istio.hello proxy server",
  client: "hello-gateway-istio.hello proxy client",
};
export const WAYPOINT = "waypoint.hello proxy server";
export const HELLO = {
  inbound: "hello-world.hello proxy server",
  app: "hello-world.hello app server",
  call: "hello-world.hello app client",
  outbound: "hello-world.hello proxy client",
};
export const TIME = { inbound: "time.hello proxy server", app: "time.hello app server" };

export const SIDECAR = ["inbound hello-world", "app hello-world"];
export const ONWARD = ["outbound hello-world", "inbound time", "app time"];

/** Each span under the one before it. */
export function chain(...spans: readonly string[]): readonly string[] {
  return spans.map((span, depth) => `${"  ".repeat(depth)}${span}`);
}

/** A hop, the span that its headers name, and that span's parent. */
type Passage = readonly [hop: string, span: string, parent: string];

/** The lines of hops in a mesh that speaks B3. */
export function inB3(passages: readonly Passage[], sampled = "sampled 1"): readonly string[] {
  return passages.map(([hop, span, parent]) => `${hop}: b3 ${span} < ${parent}, ${sampled}`);
}

/** The same in one that speaks W3C Trace Context. */
export function inW3c(passages: readonly Passage[], flags = "01"): readonly string[] {
  return passages.map(([hop, span]) => `${hop}: traceparent ${span} ${flags}`);
}

/**
 * The same in one that speaks both. `marked` is our sender of both, once there was one
 * passed.
 */
export function inBoth(passages: readonly Passage[], marked?: string): readonly string[] {
  return passages.map(([hop, span, parent]) => {
    const mark = marked === undefined ? "" : `, tracestate meshtrace=${marked}`;
    return `${hop}: b3 ${span} < ${parent}, sampled 1, traceparent ${span} 01${mark}`;
  });
}

export const NOTHING = "caller -> gateway: nothing";
export const TO_SIDECAR: readonly Passage[] = [
  ["gateway -> hello-world inbound", GATEWAY.client, GATEWAY.server],
  ["hello-world inbound -> hello-world", HELLO.inbound, GATEWAY.client],
];
/** The app's call has the sidecar's span for its parent, which the app joined. */
export const TO_TIME: readonly Passage[] = [
  ["hello-world -> hello-world outbound", HELLO.call, HELLO.inbound],
  ["hello-world outbound -> time inbound", HELLO.outbound, HELLO.call],
  ["time inbound -> time", TIME.inbound, HELLO.outbound],
];
export const TODAY_TREE = chain(GATEWAY.server, GATEWAY.client, HELLO.inbound, HELLO.app);
export const CHAIN_TREE = chain(
  ...[GATEWAY.server, GATEWAY.client, HELLO.inbound, HELLO.app],
  ...[HELLO.call, HELLO.outbound, TIME.inbound, TIME.app],
);
export const FROM_APP: Passage = ["hello-world -> hello-world outbound", HELLO.call, HELLO.app];
export const MARK = `meshtrace=${HELLO.call}`;
export const STARTS_IN_APP = chain(HELLO.app, HELLO.call, HELLO.outbound, TIME.inbound, TIME.app);
