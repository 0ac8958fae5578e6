/** Libraries that stand on node:http or fetch, through the process-wide adapters. */
import axios, { type AxiosInstance } from "axios";
import got from "got";
import ky from "ky";
import nodeFetch from "node-fetch";
import superagent from "superagent";
import { afterAll, beforeAll } from "vitest";
import { instrumentHttp, tracedHttp } from "../../src/client/http/http.js";
import { tracedFetch } from "../../src/index.js";
import { type Ability, type Client, describeClient } from "./contract.js";

let undo = (): void => {};
beforeAll(() => {
  undo = instrumentHttp();
});
afterAll(() => undo());

const OF_THE_PROCESS: Partial<Record<Ability, string>> = {
  "options per client": "what is in the place of http.request is one for the process",
  "tracing per call": "the library hands no options of others on",
  hops: "the library makes a request of its own for each hop",
};

/** The text of a stream of Node's or of the web. */
async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const axiosClient =
  (instance: AxiosInstance): Client =>
  async (url, { body, ...init } = {}) => {
    const { status, data } = await instance.request({
      url,
      ...init,
      ...(body === undefined ? {} : { data: body }),
      responseType: "stream",
      validateStatus: () => true,
    });
    return { status, text: () => textOf(data), cancel: () => data.cancel?.() ?? data.destroy() };
  };

describeClient({ name: "axios", cannot: OF_THE_PROCESS, make: () => axiosClient(axios.create()) });
describeClient({
  name: "axios with fetch",
  cannot: OF_THE_PROCESS,
  make: () => axiosClient(axios.create({ adapter: "fetch", env: { fetch: tracedFetch } } as never)),
});
describeClient({
  name: "axios with a traced transport",
  cannot: {
    ...OF_THE_PROCESS,
    redirects: "axios follows none over a transport that it was given",
  },
  make: () => axiosClient(axios.create({ transport: tracedHttp } as never)),
});

describeClient({
  name: "got",
  cannot: OF_THE_PROCESS,
  make:
    () =>
    async (url, initValue = {}) => {
      const stream = got.stream(url, {
        ...initValue,
        method: (initValue.method ?? "GET") as "GET",
        throwHttpErrors: false,
        retry: { limit: 0 },
      });
      const status = await new Promise<number>((resolve, reject) => {
        stream.once("response", (response) => resolve(response.statusCode)).once("error", reject);
      });
      return { status, text: () => textOf(stream), cancel: () => stream.destroy() };
    },
});

describeClient({
  name: "node-fetch",
  cannot: OF_THE_PROCESS,
  make: () => async (url, initValue) => {
    const response = await nodeFetch(url, initValue as never);
    const body = response.body as unknown as { destroy(): void };
    return { status: response.status, text: () => response.text(), cancel: () => body.destroy() };
  },
});

describeClient({
  name: "superagent",
  cannot: {
    ...OF_THE_PROCESS,
    streams: "superagent's promise waits for the body",
  },
  make:
    () =>
    async (url, { method = "GET", headers = {}, body, signal } = {}) => {
      const request = superagent(method, url)
        .set(headers)
        .ok(() => true)
        .buffer(true)
        .parse(superagent.parse.text as never);
      signal?.addEventListener("abort", () => void request.abort());
      const response = await request.send(body);
      return { status: response.status, text: async () => response.text ?? "", cancel: () => {} };
    },
});

describeClient({
  name: "ky",
  make: (options) => async (url, initValue) => {
    const fetch = options === undefined ? tracedFetch : tracedFetch.from(globalThis.fetch, options);
    const response = await ky(url, { ...initValue, fetch, retry: 0, throwHttpErrors: false, timeout: false } as never);
    return { status: response.status, text: () => response.text(), cancel: () => response.body?.cancel() };
  },
});
