/** Proxies of node:http that receive requests in absolute form: both hosts must be targets. */
import http, { type IncomingHttpHeaders } from "node:http";
import { HttpProxyAgent } from "http-proxy-agent";
import { expect, test } from "vitest";
import { tracedHttp } from "../../src/client/http/http.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE, TRACING_HEADER } from "./target.js";

/** A proxy that records the target and the headers of each request. */
async function proxyAt(host: string): Promise<[string, string[], IncomingHttpHeaders[]]> {
  const targets: string[] = [];
  const received: IncomingHttpHeaders[] = [];
  const url = await serve((request, response) => {
    targets.push(request.url ?? "");
    received.push(request.headers);
    response.end("proxied");
  }, host);
  return [url, targets, received];
}

type Agents = [string, (proxy: string) => http.Agent][];
const agents: Agents = [["http-proxy-agent", (proxy) => new HttpProxyAgent(proxy)]];
/** As an agent that finds its proxy later, such as proxy-agent. */
class LaterProxyAgent extends HttpProxyAgent<string> {
  override addRequest(...args: Parameters<HttpProxyAgent<string>["addRequest"]>): void {
    setImmediate(() => super.addRequest(...args));
  }
}
agents.push(["an agent that finds its proxy later", (proxy) => new LaterProxyAgent(proxy)]);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 24 || (major === 24 && minor >= 5)) {
  agents.push(["an Agent with proxyEnv", (proxy) => new http.Agent({ proxyEnv: { HTTP_PROXY: proxy } } as never)]);
}

const ask = (agent: http.Agent, url: string, headers: object = {}): Promise<void> =>
  new Promise((resolve, reject) => {
    tracedHttp
      .get(url, { agent, headers: headers as never }, (response) => response.resume().on("end", resolve))
      .on("error", reject);
  });

test.each(agents)("%s: a proxy that is no target receives none", async (_name, make) => {
  const [proxy, targets, received] = await proxyAt("localhost");
  await inRequest(() => ask(make(proxy), "http://127.0.0.1:1/x", { ...INCOMING, "x-own": "1" }));
  expect(targets).toEqual(["http://127.0.0.1:1/x"]);
  expect(Object.keys(received[0] ?? {}).filter((name) => TRACING_HEADER.test(name))).toEqual([]);
  expect(received[0]?.["x-own"]).toBe("1");
  await spans(1);
});

test.each(agents)("%s: a proxy that is a target receives them", async (_name, make) => {
  const [proxy, targets, received] = await proxyAt("127.0.0.1");
  await inRequest(() => ask(make(proxy), "http://127.0.0.1:1/x"));
  expect(targets).toEqual(["http://127.0.0.1:1/x"]);
  expect(received[0]?.["x-b3-traceid"]).toBe(TRACE);
  await spans(1);
});

test.each(agents)("%s: not for a host that is no target", async (_name, make) => {
  const [proxy, targets, received] = await proxyAt("127.0.0.1");
  await inRequest(() => ask(make(proxy), "http://example.com/x"));
  expect(targets).toEqual(["http://example.com/x"]);
  expect(Object.keys(received[0] ?? {}).filter((name) => TRACING_HEADER.test(name))).toEqual([]);
  await spans(1);
});

/** Node writes the head of such a request when it is made. */
const LISTS: [string, string[] | [string, string][]][] = [
  ["in turn", ["host", "127.0.0.1:1", "X-Own", "1"]],
  [
    "in pairs",
    [
      ["host", "127.0.0.1:1"],
      ["X-Own", "1"],
    ],
  ],
];
const proxyEnv = agents
  .slice(2)
  .flatMap(([name, make]) => LISTS.map(([form, list]) => [name, form, make, list] as const));

test.each(proxyEnv)("%s: a list of headers %s", async (_name, _form, make, list) => {
  const [stranger, targets, refused] = await proxyAt("localhost");
  await inRequest(() => ask(make(stranger), "http://127.0.0.1:1/x", list));
  expect(targets).toEqual(["http://127.0.0.1:1/x"]);
  expect(refused).toEqual([{ host: "127.0.0.1:1", "x-own": "1", connection: "close" }]);
  const [proxy, , received] = await proxyAt("127.0.0.1");
  await inRequest(() => ask(make(proxy), "http://127.0.0.1:1/x", list));
  expect(received[0]).toMatchObject({ "x-b3-traceid": TRACE, "x-request-id": INCOMING["x-request-id"], "x-own": "1" });
  await spans(2);
});

test("a path in absolute form", async () => {
  const [url, received] = await recording("there", "localhost");
  const { port } = new URL(url);
  await inRequest(
    () =>
      new Promise((resolve, reject) => {
        tracedHttp
          .get({ host: "localhost", port, path: "http://127.0.0.1/x" }, (response) =>
            response.resume().on("end", resolve),
          )
          .on("error", reject);
      }),
  );
  expect(Object.keys(received[0] ?? {}).filter((name) => TRACING_HEADER.test(name))).toEqual([]);
  await spans(1);
});
