import { once } from "node:events";
import https, { type RequestOptions } from "node:https";
import type { AddressInfo } from "node:net";
import axios from "axios";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { instrumentHttp, tracedHttp, tracedHttps } from "../../src/client/http/http.js";
import { cert, key } from "./certificate.js";
import { inRequest, spans, TRACE } from "./target.js";

const received: string[] = [];
const server = https.createServer({ key, cert }, (request, response) => {
  received.push(String(request.headers["x-b3-spanid"]));
  response.end("there");
});
beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
let undo = (): void => {};
afterEach(() => undo());

const get = (module: Pick<typeof https, "get">, host: string, options: RequestOptions): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const request = module.get(`https://${host}:${port}/path`, { ca: cert, agent: false, ...options }, (response) => {
      response.on("data", (chunk) => resolve(String(chunk)));
    });
    request.on("error", reject);
  });

const ways = [
  ["tracedHttps", tracedHttps],
  ["tracedHttp.from(https)", tracedHttp.from(https)],
  ["instrumentHttp()", https],
] as const;

test.each(ways)("%s", async (name, module) => {
  if (name === "instrumentHttp()") undo = instrumentHttp();
  expect(await inRequest(() => get(module, "127.0.0.1", {}))).toBe("there");
  const [span] = await spans(1);
  const { port } = server.address() as AddressInfo;
  expect(span?.attributes).toMatchObject({ "url.full": `https://127.0.0.1:${port}/path`, "server.port": port });
  expect(span?.spanContext().traceId).toBe(TRACE);
  expect(received.at(-1)).toBe(span?.spanContext().spanId);
});

test("an untrusted certificate is named in the span", async () => {
  await expect(get(tracedHttps, "127.0.0.1", { ca: [] })).rejects.toThrow();
  expect((await spans(1))[0]?.attributes["error.type"]).toMatch(/SELF_SIGNED_CERT/);
});

test("the phases of a TLS connection", async () => {
  await get(tracedHttp.from(https, { connectionEvents: true }), "localhost", {});
  const [span] = await spans(1);
  expect(span?.events.map((event) => event.name)).toEqual(["lookup", "connect", "secureConnect"]);
});

test("axios over https", async () => {
  undo = instrumentHttp();
  const { port } = server.address() as AddressInfo;
  const httpsAgent = new https.Agent({ ca: cert });
  expect((await inRequest(() => axios.get(`https://127.0.0.1:${port}/`, { httpsAgent }))).data).toBe("there");
  expect(received.at(-1)).toBe((await spans(1))[0]?.spanContext().spanId);
});
