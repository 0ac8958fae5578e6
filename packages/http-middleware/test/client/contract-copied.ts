/**
 * Headers that the app copied, and requests that name another host than the one that receives them.
 */
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { INCOMING, inRequest, recording, spans, TRACE } from "./target.js";

export function copiedTests({ call }: Contract): void {
  test("without a current trace, well-formed headers of the app are the parent", async () => {
    const [url, received] = await recording();
    await (await call(url, { headers: { ...INCOMING, "x-other": "kept" } })).text();
    const [span] = await spans(1);
    expect(span?.spanContext().traceId).toBe(TRACE);
    expect(span?.parentSpanContext?.spanId).toBe(INCOMING["x-b3-spanid"]);
    expect(received[0]).toMatchObject({
      "x-b3-traceid": TRACE,
      "x-b3-spanid": span?.spanContext().spanId,
      "x-b3-parentspanid": INCOMING["x-b3-spanid"],
      "x-b3-sampled": "1",
      "x-request-id": INCOMING["x-request-id"],
      "x-other": "kept",
    });
    expect(received[0]?.["traceparent"]).toBeUndefined();
  });

  test("without a current trace, their decision holds too", async () => {
    const [url, received] = await recording();
    const traceparent = `00-${TRACE}-${INCOMING["x-b3-spanid"]}-00`;
    await (await call(url, { headers: { traceparent, tracestate: "a=1" } })).text();
    await spans(0);
    expect(received[0]?.["traceparent"]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(received[0]?.["tracestate"]).toContain("a=1");
  });

  test("without a current trace, malformed headers begin a new one", async () => {
    const [url, received] = await recording();
    await (await call(url, { headers: { "x-b3-traceid": "none", "x-b3-spanid": "1111111111111111" } })).text();
    const [span] = await spans(1);
    expect(span?.parentSpanContext).toBeUndefined();
    expect(received[0]?.["x-b3-traceid"]).toBe(span?.spanContext().traceId);
  });

  test("headers under a signature stay", async () => {
    const [url, received] = await recording();
    const authorization = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;traceparent, Signature=c";
    const traceparent = "00-11111111111111111111111111111111-2222222222222222-01";
    await inRequest(async () => (await call(url, { headers: { authorization, traceparent } })).text());
    await spans(1);
    expect(received[0]).toMatchObject({ authorization, traceparent, "x-b3-traceid": TRACE });
  });
}
