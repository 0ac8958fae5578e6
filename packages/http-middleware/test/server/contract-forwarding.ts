/** An adapter in a process that has no tracing: it hands headers on, and does nothing else. */

import type { IncomingHttpHeaders } from "node:http";
import { trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { tracedFetch } from "../../src/index.js";
import { ask } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, listen, memory } from "./service.js";

export function forwardingTests({ running, set }: Contract): void {
  test("a call carries the headers on as they came, and nothing is recorded", async () => {
    let received: IncomingHttpHeaders = {};
    const next = await listen((request, response) => {
      received = request.headers;
      response.end();
    });
    let recording: boolean | undefined;
    set(async (_request, response) => {
      recording = trace.getActiveSpan()?.isRecording();
      await (await tracedFetch(`http://127.0.0.1:${next.port}`)).text();
      response.end("ok");
    });
    expect((await ask(running(), "/raw/forward", { headers: INCOMING })).text).toBe("ok");
    next.close();
    expect(received).toMatchObject(INCOMING);
    expect(recording ?? false).toBe(false);
    expect(memory.getFinishedSpans()).toEqual([]);
  });
}
