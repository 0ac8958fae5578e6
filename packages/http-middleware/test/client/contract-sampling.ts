/** The app and the next service see the same, whatever the mesh has decided about the trace. */
import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import type { Contract } from "./contract.js";
import { closed, INCOMING, inRequest, serve, spans, TRACING_HEADER, UNSAMPLED } from "./target.js";

const { "x-b3-sampled": _sampled, ...IDS } = INCOMING;
/** The decisions, and whether a call is recorded. */
const DECISIONS: readonly [headers: Record<string, string>, recorded: boolean][] = [
  [INCOMING, true],
  [UNSAMPLED, false],
  [IDS, true],
  [{ ...IDS, "x-b3-flags": "1" }, true],
  [{ b3: "0" }, false],
];
const RECORDED = DECISIONS.filter(([, recorded]) => recorded).length;

export function samplingTests({ call, where }: Contract): void {
  test("whatever the decision, the next service receives the same request, and the app the same answer", async () => {
    const url = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      response.writeHead(203, { "content-type": "application/json" });
      response.end(JSON.stringify([request.method, request.url, others(request.headers), body]));
    });
    await expectSame(async () => {
      const answer = await call(`${url}/path?a=1`, { method: "POST", body: "text", headers: { "x-own": "1" } });
      return [answer.status, await answer.text()];
    });
    await spans(RECORDED);
  });

  test("whatever the decision, the app sees the same error", async () => {
    const url = await closed();
    await expectSame(() => failureOf(call(url)));
    await spans(RECORDED);
  });

  where("streams")("whatever the decision, the app sees the same error of a broken body", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setImmediate(() => response.destroy());
    });
    await expectSame(() => failureOf(call(url).then((answer) => answer.text())));
    await spans(RECORDED);
  });

  where("redirects")("whatever the decision, redirects are followed", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/end") response.end("there");
      else response.writeHead(302, { location: "/end" }).end();
    });
    await expectSame(async () => {
      const answer = await call(`${url}/start`);
      return [answer.status, await answer.text()];
    });
    await spans(RECORDED * 2);
  });
}

async function expectSame(work: () => Promise<unknown>): Promise<void> {
  const outcomes: unknown[] = [];
  for (const [headers] of DECISIONS) outcomes.push(await inRequest(work, headers));
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
}

function others(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !TRACING_HEADER.test(name)));
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => new Error("the call did not fail"),
    (reason) => reason as Error & { code?: unknown; cause?: { code?: unknown } },
  );
  const { name, message, code, cause } = error as Error & { code?: unknown; cause?: { code?: unknown } };
  return [name, message.replace(/\d+$/, ""), code, cause?.code, Object.keys(error).sort()];
}
