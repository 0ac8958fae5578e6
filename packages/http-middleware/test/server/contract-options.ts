/** What the options do, and what a wrong one gets. */
import { type IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { DiagLogLevel, diag } from "@opentelemetry/api";
import { expect, test, vi } from "vitest";
import { tracedFetch } from "../../src/index.js";
import type { ServerOptions } from "../../src/server/options.js";
import { ask } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, listen, spans, TRACE } from "./service.js";

export function optionTests({ running, set, withOptions, can }: Contract): void {
  test("a probe is not recorded, and still forwards its headers as they came", async () => {
    let received: IncomingHttpHeaders = {};
    const next = await listen((request, response) => {
      received = request.headers;
      response.end();
    });
    set(async (_request, response) => {
      await (await tracedFetch(`http://127.0.0.1:${next.port}`)).text();
      response.end();
    });
    await ask(running(), "/raw/probe", { headers: { ...INCOMING, "user-agent": "kube-probe/1.36" } });
    next.close();
    expect(received).toMatchObject(INCOMING);
    await spans(0);
  });

  test.each(["continue", "restart", "ignore"] as const)("the address of the client with trust %s", async (trust) => {
    const server = await withOptions({ trust });
    await ask(server, "/raw/client", { headers: { "x-forwarded-for": "203.0.113.9, 10.0.0.1" } });
    const [span] = await spans(1);
    const peer = span?.attributes["network.peer.address"];
    expect(span?.attributes["client.address"]).toBe(trust === "continue" ? "203.0.113.9" : peer);
    expect([undefined, "127.0.0.1"]).toContain(peer);
    expect(typeof span?.attributes["network.peer.port"]).toBe(peer === undefined ? "undefined" : "number");
  });

  test("hooks, an own name, and ignored requests", async () => {
    const seen: unknown[] = [];
    const options: ServerOptions = {
      spanName: () => "my name",
      ignore: (request) => request.url?.includes("quiet") ?? false,
      onRequest(span, request) {
        seen.push(request);
        span.setAttribute("mine", "yes");
      },
      onResponse: (_span, _request, response) => void seen.push(response),
    };
    const server = await withOptions(options);
    await ask(server, "/raw/quiet");
    await ask(server, "/raw/loud", { headers: INCOMING });
    const [span] = await spans(1);
    expect(span?.name).toBe("my name");
    expect(span?.attributes["mine"]).toBe("yes");
    expect(seen).toHaveLength(2);
    if (can("node hooks")) {
      expect(seen[0]).toBeInstanceOf(IncomingMessage);
      expect(seen[1]).toBeInstanceOf(ServerResponse);
    }
  });

  test("a hook that throws is reported, and harms no request", async () => {
    const error = vi.fn();
    diag.setLogger(
      { error, warn() {}, info() {}, debug() {}, verbose() {} },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
    const fails = (): never => {
      throw new Error("hook");
    };
    const server = await withOptions({ spanName: fails, ignore: fails, onRequest: fails, onResponse: fails });
    expect((await ask(server, "/raw/hook")).text).toBe("ok");
    expect((await ask(server, "/raw/hook")).text).toBe("ok");
    await spans(2);
    expect(error).toHaveBeenCalled();
    diag.disable();
  });

  test("headers and the query are recorded where asked for, and the trace is named in the response", async () => {
    const server = await withOptions(
      {
        captureHeaders: { request: ["X-Tenant"], response: ["x-answer"] },
        captureQuery: true,
        responseHeaders: ["x-trace-id", "traceresponse", "server-timing"],
      },
      (_request, response) => response.setHeader("x-answer", "42").end(),
    );
    const { headers } = await ask(server, "/raw/q?a=1&sig=secret", { headers: { ...INCOMING, "x-tenant": "blue" } });
    expect(headers["x-trace-id"]).toBe(TRACE);
    expect(headers["traceresponse"]).toBe(`00-${TRACE}-${INCOMING["x-b3-spanid"]}-01`);
    expect(headers["server-timing"]).toBe(`traceparent;desc="${headers["traceresponse"]}"`);
    expect((await spans(1))[0]?.attributes).toMatchObject({
      "http.request.header.x-tenant": ["blue"],
      "http.response.header.x-answer": ["42"],
      "url.query": "a=1&sig=REDACTED",
    });
  });

  test("trust: restart begins a new trace, linked; ignore knows of none", async () => {
    const restarting = await withOptions({ trust: "restart" });
    await ask(restarting, "/raw/restart", { headers: INCOMING });
    const ignoring = await withOptions({ trust: "ignore" });
    await ask(ignoring, "/raw/ignore", { headers: INCOMING });
    const [restarted, ignored] = await spans(2);
    expect(restarted?.spanContext().traceId).not.toBe(TRACE);
    expect(restarted?.links[0]?.context).toMatchObject({ traceId: TRACE, spanId: INCOMING["x-b3-spanid"] });
    expect(ignored?.spanContext().traceId).not.toBe(TRACE);
    expect(ignored?.links).toEqual([]);
  });

  test.each([
    [{ spanNam: () => "" }, /unknown option spanNam; one of spanName, ignore/],
    [{ captureHeaders: { request: ["x-a", "Authorization"] } }, /Authorization may carry credentials/],
    [{ responseHeaders: ["x-other"] }, /unknown x-other; one of x-trace-id, traceresponse/],
    [{ ignore: "/health" }, /ignore: "\/health" is not allowed; a function/],
    [{ captureHeaders: { request: "x-a" } }, /captureHeaders.request: "x-a" is not allowed; a list of strings/],
  ])("a wrong option is a TypeError: %o", async (options, message) => {
    await expect((async () => withOptions(options as ServerOptions))()).rejects.toThrow(message);
  });
}
