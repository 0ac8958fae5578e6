/** Each hop of a redirect is a call. */
import type { IncomingHttpHeaders } from "node:http";
import { expect } from "vitest";
import type { Contract } from "./contract.js";
import { INCOMING, inRequest, recording, serve, spans, TRACING_HEADER } from "./target.js";

export function redirectTests({ call, where }: Contract): void {
  where("redirects")("a redirect is two calls, and a stranger's host receives none of our headers", async () => {
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
}
