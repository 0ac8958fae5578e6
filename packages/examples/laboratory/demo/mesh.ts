/**
 * A layout's proxies, the app behind them, and the collector that all report to.
 */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { type Collector, startCollector } from "./collector.js";
import type { RequestHeaders } from "./envoy-headers.js";
import { type HelloWorld, startHelloWorld } from "./hello-world-process.js";
import type { ProxyRole } from "./layouts.js";
import type { Listening } from "./listen.js";
import { startProxy } from "./proxy.js";
import type { ZipkinSpan } from "./zipkin-json.js";

/** The headers between two neighbours. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly headers: RequestHeaders;
}

/** One request as it went through the mesh, from the client to the app. */
export interface Passed {
  readonly path: string;
  readonly requestId: string;
  readonly hops: readonly Hop[];
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface DemoMesh {
  readonly gateway: URL;
  readonly collector: Collector;
  readonly app: HelloWorld;
  /** Sends a request to the gateway, as a client outside of the mesh does. */
  send(path: string): Promise<Answer>;
  /** Stops the app first, so that its last spans still find the collector. */
  close(): Promise<void>;
}

/**
 * `onPassed` is called when a request has reached the app, with what each neighbour handed to the
 * next.
 */
export async function startMesh(layout: readonly ProxyRole[], onPassed: (passed: Passed) => void): Promise<DemoMesh> {
  const collector = await startCollector();
  const app = await startHelloWorld(collector.url).catch(async (error) => {
    await collector.close();
    throw error;
  });
  const proxies: Listening[] = [];
  const underway = new Map<string, Hop[]>();
  let next = app.url;
  for (const [index, role] of [...layout.entries()].reverse()) {
    const to = layout[index + 1]?.name ?? "app";
    const proxy = await startProxy({
      role,
      edge: index === 0,
      next,
      report: (spans) => report(spans, collector.url),
      onRequest(path, came, went) {
        const requestId = went["x-request-id"] as string;
        if (index === 0) underway.set(requestId, [{ from: "client", to: role.name, headers: came }]);
        const hops = underway.get(requestId);
        hops?.push({ from: role.name, to, headers: went });
        if (to !== "app" || hops === undefined) return;
        underway.delete(requestId);
        onPassed({ path, requestId, hops });
      },
    });
    proxies.push(proxy);
    next = proxy.url;
  }
  const gateway = next;
  return {
    gateway,
    collector,
    app,
    send: (path) => send(gateway, path),
    async close() {
      await app.stop();
      for (const listening of [...proxies.reverse(), collector]) await listening.close();
    },
  };
}

async function send(gateway: URL, path: string): Promise<Answer> {
  const requested = request(new URL(path, gateway), {
    agent: false,
    headers: { host: "hello.example.com", accept: "*/*" },
  });
  const [answer]: IncomingMessage[] = await once(requested.end(), "response");
  return { status: answer?.statusCode ?? 0, body: answer === undefined ? "" : await text(answer) };
}

async function report(spans: readonly ZipkinSpan[], collector: URL): Promise<void> {
  if (spans.length === 0) return;
  const headers = { "content-type": "application/json" };
  await fetch(new URL("/api/v2/spans", collector), { method: "POST", headers, body: JSON.stringify(spans) }).catch(
    (error) => console.error(`a proxy's spans were lost: ${error}`),
  );
}
