/**
 * The hop generators, held against what a real istiod generates.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { connectionManager, type ProxyListener } from "../envoy/configuration.js";
import { PROXIES, type ProxyKind } from "../envoy/hop.js";
import { PROVIDERS, type ProviderName } from "../envoy/provider.js";

interface RecordedProxy {
  readonly serviceName: string;
  readonly trafficDirection: string;
  readonly connectionManager: Readonly<Record<string, unknown>>;
  readonly notSet: readonly string[];
  readonly customTags: readonly string[];
  readonly attemptCount: boolean;
}
interface Recorded {
  readonly proxies: Readonly<Record<ProxyKind, RecordedProxy>>;
  readonly providers: Readonly<Record<string, Readonly<Record<ProxyKind, object>>>>;
}

const { proxies, providers }: Recorded = JSON.parse(
  readFileSync(new URL("./recorded/istio-configuration.json", import.meta.url), "utf8"),
);
const kinds = Object.keys(proxies) as ProxyKind[];

/** What a proxy needs to work that says nothing of Istio: names, and where requests go. */
const OURS = ["@type", "stat_prefix", "http_filters", "route_config", "tracing"];

function generated(kind: ProxyKind, provider: ProviderName) {
  const listener: ProxyListener = { kind, port: 0, upstream: { host: "127.0.0.1", port: 1 }, operation: "any" };
  return connectionManager(listener, {
    provider,
    samplingPercentage: 100,
    serviceName: proxies[kind].serviceName,
    admin: { host: "127.0.0.1", port: 0 },
    bind: "127.0.0.1",
    listeners: [listener],
    collector: { host: "127.0.0.1", port: 2 },
  });
}

test("every kind of proxy is held against a recorded one", () => {
  expect(kinds.toSorted()).toEqual(Object.keys(PROXIES).sort());
});

describe.each(kinds)("%s", (kind) => {
  const recorded = proxies[kind];

  test("edge settings and the request ID extension are istiod's, and nothing else is set", () => {
    const manager = generated(kind, "zipkin");
    const edge = Object.fromEntries(Object.entries(manager).filter(([name]) => !OURS.includes(name)));
    expect(edge).toEqual(recorded.connectionManager);
    expect(recorded.notSet.filter((name) => name in manager)).toEqual([]);
    expect(PROXIES[kind].trafficDirection).toBe(recorded.trafficDirection);
    expect(PROXIES[kind].attemptCount).toBe(recorded.attemptCount);
  });

  test.each(Object.keys(providers) as ProviderName[])(
    "the tracing block of the provider %s is istiod's",
    (provider) => {
      const { custom_tags: tags, ...tracing } = generated(kind, provider)["tracing"] as {
        custom_tags: { tag: string }[];
      };
      expect(tracing).toEqual(providers[provider]?.[kind]);
      expect(recorded.customTags).toEqual(expect.arrayContaining(tags.map(({ tag }) => tag)));
    },
  );
});

test("what no istiod of today generates differs from Zipkin's block in what it says, and in nothing else", () => {
  const block = (provider: ProviderName) =>
    (PROVIDERS[provider].tracer("any") as { typed_config: Readonly<Record<string, unknown>> }).typed_config;
  expect(block("zipkin-64-bit")).toEqual({ ...block("zipkin"), trace_id_128bit: false });
  expect(block("zipkin-2018")).toEqual({
    ...block("zipkin-before-1.29"),
    trace_id_128bit: false,
    shared_span_context: true,
  });
});
