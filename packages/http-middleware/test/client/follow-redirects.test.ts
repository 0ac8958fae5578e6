/**
 * Redirects that follow-redirects follows below tracedHttp, without process-wide tracing of
 * node:http.
 */
import followRedirects from "follow-redirects";
import { expect, test } from "vitest";
import { tracedHttp } from "../../src/client/http/http.js";
import { INCOMING, inRequest, recording, serve, spans, TRACE, TRACING_HEADER } from "./target.js";

const get = (url: string, options: object): Promise<void> =>
  new Promise((resolve, reject) => {
    tracedHttp
      .from(followRedirects.http)
      .get(url, options, (response) => response.resume().on("end", resolve))
      .on("error", reject);
  });

test("a stranger receives no headers, and the app's hook is called", async () => {
  const [stranger, far] = await recording("far", "localhost");
  const url = await serve((_request, response) => void response.writeHead(302, { location: stranger }).end());
  const hosts: string[] = [];
  const beforeRedirect = (next: { hostname: string }): void => void hosts.push(next.hostname);
  await inRequest(() => get(url, { headers: { ...INCOMING, "x-own": "1" }, beforeRedirect }));
  expect(Object.keys(far[0] ?? {}).filter((name) => TRACING_HEADER.test(name))).toEqual([]);
  expect(far[0]?.["x-own"]).toBe("1");
  expect(hosts).toEqual(["localhost"]);
  await spans(1);
});

test("a host of the mesh receives the trace", async () => {
  const [target, received] = await recording();
  const url = await serve((_request, response) => void response.writeHead(302, { location: target }).end());
  await inRequest(() => get(url, {}));
  expect(received[0]?.["x-b3-traceid"]).toBe(TRACE);
  await spans(1);
});
