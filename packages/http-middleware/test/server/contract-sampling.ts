/** The app and its client see the same, whatever the mesh has decided about the trace. */
import { trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { ask, begin, type Reply } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, spans } from "./service.js";

const { "x-b3-sampled": _sampled, ...IDS } = INCOMING;
/** The decisions, and the number of spans that are recorded of one request. */
const DECISIONS: readonly [name: string, headers: Record<string, string>, recorded: number][] = [
  ["sampled", INCOMING, 1],
  ["unsampled", { ...IDS, "x-b3-sampled": "0" }, 0],
  ["deferred", IDS, 1],
  ["debug", { ...IDS, "x-b3-flags": "1" }, 1],
  ["denied without IDs", { b3: "0" }, 0],
  ["no headers", {}, 1],
];

export function samplingTests({ running, set, can }: Contract): void {
  test("the events of a request, what its handler reads, and the answer", async () => {
    const outcomes: unknown[] = [];
    for (const [, headers] of DECISIONS) outcomes.push(await served(headers));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    await spans(DECISIONS.reduce((sum, [, , recorded]) => sum + recorded, 0));
  });

  test.each(["/throws", "/rejects", "/nowhere/1"])("the answer of %s", async (path) => {
    if (path === "/throws" && !can("catches")) return;
    if (path === "/rejects" && !can("catches rejections")) return;
    const replies: unknown[] = [];
    for (const [, headers] of DECISIONS) replies.push(comparable(await ask(running(), path, { headers })));
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    await spans(DECISIONS.reduce((sum, [, , recorded]) => sum + recorded, 0));
  });

  test("a client that goes away is reported to the app", async () => {
    const outcomes: string[][] = [];
    for (const [, headers] of DECISIONS) outcomes.push(await abandoned(headers));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    await spans(DECISIONS.reduce((sum, [, , recorded]) => sum + recorded, 0));
  });

  async function served(headers: Record<string, string>): Promise<unknown> {
    const events: unknown[] = [];
    const closed = new Promise<void>((resolve) => {
      set((request, response) => {
        events.push(
          request.method,
          request.url,
          ownKeys(request),
          ownKeys(response),
          trace.getActiveSpan() !== undefined,
        );
        for (const name of ["data", "end", "close"]) request.on(name, () => events.push(`request ${name}`));
        for (const name of ["finish", "close"]) response.on(name, () => events.push(`response ${name}`));
        request.on("end", () => {
          // restify's returns nothing.
          response.writeHead(201, { "x-answer": "42" });
          response.end("done");
        });
        response.on("close", resolve);
      });
    });
    const sent = { ...headers, "content-type": "x/raw" };
    const reply = await ask(running(), "/raw/sampling?a=1", { method: "POST", body: "text", headers: sent });
    await closed;
    await new Promise((resolve) => setImmediate(resolve));
    return [comparable(reply), events];
  }

  async function abandoned(headers: Record<string, string>): Promise<string[]> {
    const events: string[] = [];
    let client: ReturnType<typeof begin>;
    const closed = new Promise<void>((resolve) => {
      set((request, response) => {
        for (const name of ["aborted", "error"]) request.on(name, () => events.push(`request ${name}`));
        response.on("close", () => {
          events.push("response close");
          setImmediate(resolve);
        });
        client.destroy();
      });
    });
    client = begin(running(), "/raw/abandoned", { headers }).on("error", () => {});
    client.end();
    await closed;
    return events;
  }
}

/** What the app may list of an object: symbols are not compared, as Node adds its own. */
function ownKeys(object: object): string[] {
  return Object.keys(object).sort();
}

/** Express answers with the stack of an error, whose lower frames differ from timer to timer. */
function comparable({ status, headers, text }: Reply): unknown {
  const { date: _date, "content-length": _length, ...others } = headers;
  return { status, headers: others, text: text.replace(/<br>.*/s, "") };
}
