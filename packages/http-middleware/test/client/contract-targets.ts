/** Which hosts get the headers, and which calls are traced. */
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { INCOMING, inRequest, recording, spans, TRACE, TRACING_HEADER, tracing } from "./target.js";

export function targetTests({ call, make, where }: Contract): void {
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
}
