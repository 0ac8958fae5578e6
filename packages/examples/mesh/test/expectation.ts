/**
 * What must come of a request: the spans as a tree, and the headers that each hop received.
 */
import type { Observed } from "./observed.js";

export interface Expectation {
  readonly tree: readonly string[];
  readonly headers: readonly string[];
}

const GATEWAY = "hello-gateway-istio.hello proxy";
const HELLO = "hello-world.hello";
const TIME = "time.hello";

/** One chain of spans, each under the one before it. */
function chain(...spans: readonly string[]): readonly string[] {
  return spans.map((span, depth) => `${"  ".repeat(depth)}${span}`);
}

/** What a test sees when all is well: nothing but what was expected. */
export function asExpected({ tree, headers }: Expectation): Observed {
  return { tree, headers, faults: [] };
}

const b3 = (span: string, parent: string): string => `b3 ${span} < ${parent}, sampled 1`;

/** Today's gateway, sidecar, app. */
export const TODAY: Expectation = {
  tree: chain(`${GATEWAY} server`, `${GATEWAY} client`, `${HELLO} proxy server`, `${HELLO} app server`),
  headers: [
    "caller -> gateway: nothing",
    `gateway -> hello-world inbound: ${b3(`${GATEWAY} client`, `${GATEWAY} server`)}`,
    `hello-world inbound -> hello-world: ${b3(`${HELLO} proxy server`, `${GATEWAY} client`)}`,
  ],
};

/** The article's: everybody shares the ID that the gateway made. */
export const ARTICLE: Expectation = {
  tree: chain(`${GATEWAY} client`, `${HELLO} proxy server`, `${HELLO} app server`),
  headers: [
    "caller -> gateway: nothing",
    `gateway -> hello-world inbound: ${b3(`${GATEWAY} client`, "-")}`,
    `hello-world inbound -> hello-world: ${b3(`${GATEWAY} client`, "-")}`,
  ],
};

/** Two services with sidecars; the call's parent is the shared span, under which no backend draws it. */
export const CHAIN: Expectation = {
  tree: chain(
    ...["server", "client"].map((kind) => `${GATEWAY} ${kind}`),
    ...["proxy server", "app server", "app client", "proxy client"].map((who) => `${HELLO} ${who}`),
    ...["proxy server", "app server"].map((who) => `${TIME} ${who}`),
  ),
  headers: [
    ...TODAY.headers,
    `hello-world -> hello-world outbound: ${b3(`${HELLO} app client`, `${HELLO} proxy server`)}`,
    `hello-world outbound -> time inbound: ${b3(`${HELLO} proxy client`, `${HELLO} app client`)}`,
    `time inbound -> time: ${b3(`${TIME} proxy server`, `${HELLO} proxy client`)}`,
  ],
};
