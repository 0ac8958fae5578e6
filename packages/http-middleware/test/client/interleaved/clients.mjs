/** Clients that queue, pool or retry, each over a number of connections. */
import nodeHttp, { Agent } from "node:http";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import axios from "axios";
import got from "got";
import ky from "ky";
import nodeFetch from "node-fetch";
import superagent from "superagent";

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.on("response", (response) => text(response).then(resolve, reject)).on("error", reject);
  });

/** Every fifth call is answered with 503 at first, for clients that repeat it. */
const repeated = (headers) => (Number(headers["x-index"]) % 5 === 0 ? { ...headers, "x-refuse": "once" } : headers);

/** The ways to call with one copy of undici. `adapt` adds the tracing to a dispatcher. */
function undiciClients(name, undici, url, adapt) {
  const { Agent, BalancedPool, Client, Pool, RetryAgent, fetch, interceptors, pipeline, request, stream } = undici;
  const { retry, redirect } = interceptors;
  const over = (dispatcher, change) => async (headers) =>
    (await request(url, { dispatcher, headers: change?.(headers) ?? headers })).body.text();
  const agent = (connections) => adapt(new Agent({ connections }));
  const direct = (dispatcher) => async (headers) =>
    (await dispatcher.request({ path: "/", method: "GET", headers })).body.text();
  return {
    [`${name} request`]: (connections) => over(agent(connections)),
    [`${name} fetch`]: (connections) => {
      const dispatcher = agent(connections);
      return async (headers) => (await fetch(url, { dispatcher, headers })).text();
    },
    [`${name} pool.request`]: (connections) => direct(adapt(new Pool(url, { connections }))),
    [`${name} balancedPool.request`]: (connections) => direct(adapt(new BalancedPool([url], { connections }))),
    [`${name} client.request, pipelined`]: (pipelining) => direct(adapt(new Client(url, { pipelining }))),
    [`${name} stream`]: (connections) => {
      const dispatcher = agent(connections);
      return async (headers) => {
        const chunks = [];
        const write = (chunk, _encoding, done) => {
          chunks.push(chunk);
          done();
        };
        await stream(url, { dispatcher, headers }, () => new Writable({ write }));
        return Buffer.concat(chunks).toString();
      };
    },
    [`${name} pipeline`]: (connections) => {
      const dispatcher = agent(connections);
      return (headers) => text(pipeline(url, { dispatcher, headers, method: "POST" }, ({ body }) => body).end("x"));
    },
    [`${name} RetryAgent`]: (connections) => over(new RetryAgent(agent(connections), RETRY), repeated),
    [`${name} retry and redirect composed`]: (connections) =>
      over(agent(connections).compose(retry(RETRY), redirect({ maxRedirections: 3 })), repeated),
    [`${name} dispatch`]: (connections) => dispatched(agent(connections), url),
    [`${name} an interceptor that waits`]: (connections) => over(adapt(new Agent({ connections }).compose(limited(2)))),
  };
}

/** Calls the dispatcher itself, with a handler of both forms that undici has had. */
function dispatched(dispatcher, origin) {
  return (headers) =>
    new Promise((resolve, reject) => {
      const chunks = [];
      const done = () => resolve(Buffer.concat(chunks).toString());
      dispatcher.dispatch(
        { origin, path: "/", method: "GET", headers },
        {
          onConnect() {},
          onHeaders: () => true,
          onData: (chunk) => chunks.push(chunk) > 0,
          onComplete: done,
          onError: reject,
          onRequestStart() {},
          onResponseStart() {},
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: done,
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
}

const RETRY = { minTimeout: 1, timeoutFactor: 1, maxRetries: 3 };

/** An interceptor of the app that lets `limit` requests run at a time. */
function limited(limit) {
  return (dispatch) => {
    const waiting = [];
    let running = 0;
    const next = () => {
      running -= 1;
      waiting.shift()?.();
    };
    return (options, handler) => {
      const start = () => {
        running += 1;
        setImmediate(next);
        dispatch({ ...options }, handler);
      };
      if (running < limit) start();
      else waiting.push(start);
      return true;
    };
  };
}

/** A generic client of gRPC whose channel connects when calls are waiting already. */
function grpcClient({ Metadata, credentials, makeGenericClientConstructor }, port, interceptors) {
  const bytes = (message) => Buffer.from(JSON.stringify(message));
  const parse = (message) => JSON.parse(String(message));
  const echo = { path: "/test.Echo/Echo", requestStream: false, responseStream: false };
  const Client = makeGenericClientConstructor({
    echo: {
      ...echo,
      requestSerialize: bytes,
      requestDeserialize: parse,
      responseSerialize: bytes,
      responseDeserialize: parse,
    },
  });
  const client = new Client(`dns:///localhost:${port}`, credentials.createInsecure(), { interceptors });
  return (headers) =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      client.echo({}, metadata, (error, reply) => (error ? reject(error) : resolve(JSON.stringify(reply))));
    });
}

/** The clients of node:http. `http` is the module that they call. */
function httpClients(url, http) {
  const agentOf = (maxSockets) => new Agent({ keepAlive: true, maxSockets });
  return {
    "http.get": (connections) => {
      const agent = agentOf(connections);
      return (headers) => answer(http.get(url, { agent, headers }));
    },
    "http.request with setHeader": (connections) => {
      const agent = agentOf(connections);
      return (headers) => {
        const request = http.request(url, { agent });
        for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
        return answer(request.end());
      };
    },
    axios: (connections) => {
      const instance = axios.create({ httpAgent: agentOf(connections), transformResponse: [(data) => data] });
      return async (headers) => (await instance.get(url, { headers })).data;
    },
    got: (connections) => {
      const agent = { http: agentOf(connections) };
      const retry = { limit: 3, calculateDelay: ({ computedValue }) => Math.min(1, computedValue) };
      return (headers) => got(url, { agent, headers: repeated(headers), retry }).text();
    },
    superagent: (connections) => {
      const agent = agentOf(connections);
      return async (headers) => (await superagent.get(url).agent(agent).set(repeated(headers)).retry(3)).text;
    },
    "node-fetch": (connections) => {
      const agent = agentOf(connections);
      return async (headers) => (await nodeFetch(url, { agent, headers })).text();
    },
  };
}

/** Node's fetch, or one that traces it. */
function fetchClients(url, fetch, { Agent, setGlobalDispatcher }) {
  return {
    "fetch over Node's own Agent": async (connections) => {
      // Apps reach the class inside Node to do without the dependency.
      await fetch("data:,");
      const { constructor: Own } = globalThis[Symbol.for("undici.globalDispatcher.1")];
      const dispatcher = new Own({ connections });
      return async (headers) => (await fetch(url, { headers, dispatcher })).text();
    },
    "fetch over a global dispatcher": (connections) => {
      setGlobalDispatcher(new Agent({ connections }));
      return async (headers) => (await fetch(url, { headers })).text();
    },
    ky: () => {
      const client = ky.create({ fetch, retry: { limit: 3, delay: () => 1 } });
      return (headers) => client.get(url, { headers: repeated(headers) }).text();
    },
    "fetch of a Request": () => async (headers) => (await fetch(new Request(url, { headers }))).text(),
  };
}

/** Returns all clients as `name: (connections) => (headers) => answer`. */
export function clients({ url, grpcPort, undicis, grpc, adapters }) {
  const {
    fetch = globalThis.fetch,
    http = nodeHttp,
    adapt = (dispatcher) => dispatcher,
    grpcInterceptors = [],
  } = adapters;
  const all = { ...fetchClients(url, fetch, undicis["undici 6"]) };
  for (const [name, undici] of Object.entries(undicis)) Object.assign(all, undiciClients(name, undici, url, adapt));
  all["gRPC"] = () => grpcClient(grpc, grpcPort, grpcInterceptors);
  return { ...all, ...httpClients(url, http) };
}
