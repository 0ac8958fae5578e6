/**
 * What every client adapter does: one list of tests. An adapter's own file makes its client, and says as data what that
 * client cannot do.
 */
import type { IncomingHttpHeaders } from "node:http";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import type { CallTracing, ClientOptions } from "../../src/options.js";
import { closed, INCOMING, inRequest, recording, serve, spans, TRACE, TRACING_HEADER, tracing } from "./target.js";

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly tracing?: CallTracing;
}

export interface Answer {
  readonly status: number;
  text(): Promise<string>;
  /** Lets go of a body that is not wanted any more. */
  cancel(): unknown;
}

export type Client = (url: string, asked?: Asked) => Promise<Answer>;

/** What not every client can do. */
export type Ability =
  /** It follows redirects. */
  | "redirects"
  /** Each hop of a redirect is known for one. */
  | "hops"
  /** Its answer is there before the body is. */
  | "streams"
  /** `tracing` on a single call. */
  | "tracing per call"
  /** Options of one client that are not those of another. */
  | "options per client"
  /** It tells a timeout from another abort by the signal's reason. */
  | "reason of an abort"
  /** It refuses a URL that is none with an error of its own. */
  | "malformed URL";

export interface ClientAdapter {
  readonly name: string;
  readonly make: (options?: ClientOptions) => Client;
  /** What it cannot do, with the reason. */
  readonly cannot?: Partial<Record<Ability, string>>;
}

export function describeClient({ name, make, cannot = {} }: ClientAdapter): void {
  const can = (ability: Ability): boolean => cannot[ability] === undefined;
  /** The tests of what a client cannot do are not there: their reasons are, in `cannot`. */
  const where = (...abilities: Ability[]): ((name: string, work: () => Promise<void>) => void) =>
    abilities.every(can) ? test : () => {};
  const call = make();

  describe(name, () => {
    test("one CLIENT span, whose IDs the next service gets", async () => {
      const [url, received] = await recording();
      const text = await inRequest(async () => (await call(`${url}/path`)).text());
      expect(text).toBe("there");
      const [span] = await spans(1);
      expect(span?.kind).toBe(SpanKind.CLIENT);
      expect(span?.name).toBe("GET");
      expect(span?.attributes).toMatchObject({
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "127.0.0.1",
        "server.port": Number(new URL(url).port),
        "url.full": `${url}/path`,
      });
      expect(span?.status.code).toBe(SpanStatusCode.UNSET);
      expect(received[0]).toMatchObject({
        "x-b3-traceid": TRACE,
        "x-b3-spanid": span?.spanContext().spanId,
        "x-b3-parentspanid": INCOMING["x-b3-spanid"],
        "x-b3-sampled": "1",
        "x-request-id": INCOMING["x-request-id"],
      });
    });

    test("outside of a request a trace starts here", async () => {
      const [url, received] = await recording();
      await (await call(url)).text();
      const [span] = await spans(1);
      expect(received[0]?.["x-b3-traceid"]).toBe(span?.spanContext().traceId);
      expect(received[0]?.["x-b3-parentspanid"]).toBeUndefined();
      expect(received[0]?.["traceparent"]).toContain(span?.spanContext().spanId);
    });

    test("unsampled: the decision goes on, and nothing is recorded", async () => {
      const [url, received] = await recording();
      await inRequest(async () => (await call(url)).text(), { ...INCOMING, "x-b3-sampled": "0" });
      expect(received[0]).toMatchObject({ "x-b3-traceid": TRACE, "x-b3-sampled": "0" });
      await spans(0);
    });

    test("headers of the set that the caller copied are replaced", async () => {
      const [url, received] = await recording();
      const copied = { ...INCOMING, b3: "0", "x-b3-spanid": "1111111111111111", "x-b3-flags": "1", "x-other": "kept" };
      await inRequest(async () => (await call(url, { headers: copied })).text());
      const [span] = await spans(1);
      expect(received[0]?.["x-b3-spanid"]).toBe(span?.spanContext().spanId);
      expect(received[0]?.["x-b3-parentspanid"]).toBe(INCOMING["x-b3-spanid"]);
      expect(received[0]?.["x-b3-flags"]).toBeUndefined();
      expect(received[0]?.["b3"]).toBeUndefined();
      expect(received[0]?.["x-other"]).toBe("kept");
    });

    test("method, body and other headers arrive as they were given", async () => {
      let got: { method: string | undefined; headers: IncomingHttpHeaders; body: string } | undefined;
      const url = await serve(async (request, response) => {
        let body = "";
        for await (const chunk of request) body += chunk;
        got = { method: request.method, headers: request.headers, body };
        response.writeHead(201).end(String(body.length));
      });
      const body = "x".repeat(300_000);
      const answer = await call(url, { method: "PUT", body, headers: { "content-type": "text/x-own", accept: "a/b" } });
      expect([answer.status, await answer.text()]).toEqual([201, "300000"]);
      expect(got).toMatchObject({ method: "PUT", headers: { "content-type": "text/x-own", accept: "a/b" }, body });
      expect((await spans(1))[0]?.name).toBe("PUT");
    });

    test.each([404, 503])("status %d is an error of the call", async (status) => {
      const url = await serve((_request, response) => void response.writeHead(status).end("no"));
      const answer = await call(url);
      expect([answer.status, await answer.text()]).toEqual([status, "no"]);
      const [span] = await spans(1);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes).toMatchObject({ "http.response.status_code": status, "error.type": String(status) });
    });

    test.each([
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
    ])("%s with %d has no body, and ends", async (method, status) => {
      const url = await serve((_request, response) => void response.writeHead(status).end());
      expect((await call(url, { method })).status).toBe(status);
      const [span] = await spans(1);
      expect(span?.attributes["http.response.status_code"]).toBe(status);
    });

    test("nobody listens: the client's own error, and the span has its code", async () => {
      await expect(call(await closed())).rejects.toThrow();
      const [span] = await spans(1);
      expect(span?.attributes["error.type"]).toBe("ECONNREFUSED");
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.events[0]?.name).toBe("exception");
    });

    test("a connection that breaks before the answer is an error", async () => {
      const url = await serve((request) => void request.socket.destroy());
      await expect(call(url, { method: "POST", body: "x" })).rejects.toThrow();
      const [span] = await spans(1);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes["http.response.status_code"]).toBeUndefined();
    });

    test("an abort is marked", async () => {
      const abort = new AbortController();
      const url = await serve(() => setTimeout(() => abort.abort(), 10));
      await expect(call(url, { signal: abort.signal })).rejects.toThrow();
      const [span] = await spans(1);
      expect(span?.attributes["error.type"]).toBe("aborted");
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    });

    where("reason of an abort")("a timeout is marked", async () => {
      const url = await serve(() => {});
      await expect(call(url, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
      expect((await spans(1))[0]?.attributes["error.type"]).toBe("timeout");
    });

    where("streams")("the span ends when the body ends, not with the head", async () => {
      let finish = (): void => {};
      const url = await serve((_request, response) => {
        response.write("first ");
        finish = () => void response.end("last");
      });
      const answer = await call(url);
      await spans(0);
      finish();
      expect(await answer.text()).toBe("first last");
      await spans(1);
    });

    where("streams")("a body that is cancelled ends the span, and is no error", async () => {
      const url = await serve((_request, response) => void response.write("x".repeat(10_000)));
      await (await call(url)).cancel();
      const [span] = await spans(1);
      expect(span?.status.code).toBe(SpanStatusCode.UNSET);
      expect(span?.attributes["http.response.status_code"]).toBe(200);
    });

    where("streams")("a body that breaks off is an error", async () => {
      const url = await serve((_request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("half");
        setTimeout(() => response.destroy(), 20);
      });
      await expect(call(url).then((answer) => answer.text())).rejects.toThrow();
      const [span] = await spans(1);
      expect(span?.status.code).toBe(SpanStatusCode.ERROR);
      expect(span?.attributes["http.response.status_code"]).toBe(200);
    });

    where("redirects")("a redirect is two calls, and a stranger's host sees nothing of ours", async () => {
      const [stranger, far] = await recording("far", "localhost");
      const near: IncomingHttpHeaders[] = [];
      const url = await serve((request, response) => {
        near.push(request.headers);
        response.writeHead(302, { location: stranger }).end("moved");
      });
      expect(await inRequest(async () => (await call(url)).text())).toBe("far");
      const [first, second] = await spans(2);
      expect(first?.attributes).toMatchObject({ "http.response.status_code": 302, "server.address": "127.0.0.1" });
      expect(second?.attributes).toMatchObject({ "http.response.status_code": 200, "server.address": "localhost" });
      expect(near[0]?.["x-b3-spanid"]).toBe(first?.spanContext().spanId);
      expect(Object.keys(far[0] ?? {}).filter((header) => TRACING_HEADER.test(header))).toEqual([]);
    });

    where("redirects")("nor what the caller copied for the first host", async () => {
      const [stranger, far] = await recording("far", "localhost");
      const url = await serve((_request, response) => void response.writeHead(302, { location: stranger }).end());
      const copied = { ...INCOMING, b3: "0", "x-other": "kept" };
      await inRequest(async () => (await call(url, { headers: copied })).text());
      expect(Object.keys(far[0] ?? {}).filter((header) => TRACING_HEADER.test(header))).toEqual([]);
      expect(far[0]?.["x-other"]).toBe("kept");
      await spans(2);
    });

    where("hops")("each hop says how many were before it", async () => {
      const [target] = await recording();
      const url = await serve((_request, response) => void response.writeHead(302, { location: target }).end());
      await (await call(url)).text();
      const counts = (await spans(2)).map((span) => span.attributes["http.request.resend_count"]);
      expect(counts).toEqual([undefined, 1]);
    });

    where("redirects")("a redirect within the mesh carries the next span on", async () => {
      const [target, received] = await recording();
      const url = await serve((_request, response) => void response.writeHead(307, { location: target }).end());
      await inRequest(async () => (await call(url)).text());
      const [, second] = await spans(2);
      expect(received[0]?.["x-b3-spanid"]).toBe(second?.spanContext().spanId);
      expect(received[0]?.["x-b3-parentspanid"]).toBe(INCOMING["x-b3-spanid"]);
    });

    test("a host that is no target gets no header, and the call is recorded and counted", async () => {
      const [url, received] = await recording("far", "localhost");
      const before = tracing.report().hostsNotPropagatedTo;
      await inRequest(async () => (await call(url)).text());
      await inRequest(async () => (await call(url, { headers: { ...INCOMING, b3: "0" } })).text());
      for (const headers of received) {
        expect(Object.keys(headers).filter((header) => TRACING_HEADER.test(header))).toEqual([]);
      }
      expect(tracing.report().hostsNotPropagatedTo).toBe(before + 2);
      await spans(2);
    });

    test("a stranger's own request ID, which is not the mesh's, stays", async () => {
      const [url, received] = await recording("far", "localhost");
      await inRequest(async () => (await call(url, { headers: { "x-request-id": "of-theirs" } })).text());
      expect(received[0]?.["x-request-id"]).toBe("of-theirs");
      await spans(1);
    });

    where("tracing per call")("tracing: false makes a call as if tracing were not there", async () => {
      const [url, received] = await recording();
      expect(await inRequest(async () => (await call(url, { tracing: false })).text())).toBe("there");
      expect(Object.keys(received[0] ?? {}).filter((header) => TRACING_HEADER.test(header))).toEqual([]);
      await spans(0);
    });

    where("tracing per call")("a call's own targets stand over the client's", async () => {
      const [url, received] = await recording();
      await inRequest(async () => (await call(url, { tracing: { propagateTo: "none" } })).text());
      expect(received[0]?.["x-b3-traceid"]).toBeUndefined();
      await spans(1);
    });

    where("options per client")("a client's own targets stand over the process's", async () => {
      const [url, received] = await recording("far", "localhost");
      await inRequest(async () => (await make({ propagateTo: ["localhost"] })(url)).text());
      expect(received[0]?.["x-b3-traceid"]).toBe(TRACE);
      await spans(1);
    });

    where("options per client")("hooks see the call; one that throws harms nothing", async () => {
      const [url] = await recording();
      const client = make({
        spanName: ({ method, url: { pathname } }) => `${method} to ${pathname}`,
        onRequest: (span, { url: { pathname } }) => void span.setAttribute("asked", pathname),
        onResponse: (span, request, response) => {
          span.setAttribute("answered", `${request.method} ${response.status} ${response.header("content-length")}`);
          throw new Error("a hook's own");
        },
      });
      expect(await (await client(`${url}/here`)).text()).toBe("there");
      const [span] = await spans(1);
      expect(span?.name).toBe("GET to /here");
      expect(span?.attributes).toMatchObject({ asked: "/here", answered: "GET 200 5" });
    });

    where("options per client")("headers and queries are recorded when asked for, credentials never", async () => {
      const [url] = await recording();
      const captureHeaders = { request: ["X-Tenant"], response: ["content-length", "x-absent"] };
      const client = make({ captureHeaders, captureQuery: true });
      await (await client(`${url}/path?page=2&sig=secret`, { headers: { "x-tenant": "t1" } })).text();
      const [span] = await spans(1);
      expect(span?.attributes).toMatchObject({
        "url.full": `${url}/path?page=2&sig=REDACTED`,
        "http.request.header.x-tenant": ["t1"],
        "http.response.header.content-length": ["5"],
      });
      const refused = async (): Promise<unknown> => make({ captureHeaders: { request: ["Authorization"] } })(url);
      await expect(refused()).rejects.toThrow(/credentials/);
    });

    where("options per client")("an ignored call is not recorded, and carries the caller's span", async () => {
      const [url, received] = await recording();
      const client = make({ ignore: ({ url: { pathname } }) => pathname === "/quiet" });
      await inRequest(async () => (await client(`${url}/quiet`)).text());
      expect(received[0]?.["x-b3-spanid"]).toBe(INCOMING["x-b3-spanid"]);
      await spans(0);
    });

    test("the query is not recorded", async () => {
      const [url] = await recording();
      await (await call(`${url}/path?token=secret`)).text();
      const [span] = await spans(1);
      expect(span?.attributes["url.full"]).toBe(`${url}/path?REDACTED`);
      expect(JSON.stringify(span?.attributes)).not.toContain("secret");
    });

    test("the caller's span is the current one behind the call, and calls keep their own traces", async () => {
      const [url, received] = await recording();
      const one = (index: number): Promise<void> => {
        const id = (index + 1).toString(16).padStart(32, "a");
        const work = async (): Promise<void> => {
          const server = trace.getActiveSpan();
          const answer = await call(`${url}/${index}`);
          expect(trace.getActiveSpan()).toBe(server);
          await answer.text();
          expect(trace.getActiveSpan()).toBe(server);
        };
        return inRequest(work, { ...INCOMING, "x-b3-traceid": id });
      };
      await Promise.all(Array.from({ length: 100 }, (_, index) => one(index)));
      const all = await spans(100);
      expect(new Set(received.map((headers) => headers["x-b3-traceid"])).size).toBe(100);
      const bySpan = new Map(all.map((span) => [span.spanContext().spanId, span]));
      for (const headers of received) {
        const span = bySpan.get(String(headers["x-b3-spanid"]));
        expect(span?.spanContext().traceId).toBe(headers["x-b3-traceid"]);
        const index = Number(new URL(String(span?.attributes["url.full"])).pathname.slice(1));
        expect(headers["x-b3-traceid"]).toBe((index + 1).toString(16).padStart(32, "a"));
      }
    });

    where("malformed URL")("a malformed URL: the client's own error, and no span", async () => {
      await expect(async () => call("http://[")).rejects.toThrow(/URL|parse/i);
      await spans(0);
    });
  });
}
