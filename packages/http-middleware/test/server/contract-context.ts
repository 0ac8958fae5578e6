/**
 * The span that came in is the active one wherever the app's code runs for this request, and
 * nowhere else.
 */
import { context, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { turns } from "../../../core/test/kit/turns.js";
import { ask, askRaw, begin } from "./asking.js";
import type { Contract } from "./contract.js";
import { INCOMING, spans } from "./service.js";

const active = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;

export function contextTests({ running, set, where }: Contract): void {
  test.each(["1", "0"])(
    "in the handler, after await, in timers, and in the events of request and response, sampled %s",
    async (sampled) => {
      const seen = new Map<string, string | undefined>();
      let waited = (): void => {};
      const afterAwait = new Promise<void>((resolve) => {
        waited = resolve;
      });
      set(async (request, response) => {
        seen.set("handler", active());
        request.on("data", () => seen.set("data", active()));
        request.on("end", () => {
          seen.set("end", active());
          const inTimer = (): void => {
            seen.set("timer", active());
            response.end("done");
          };
          setTimeout(inTimer);
        });
        response.on("finish", () => seen.set("finish", active()));
        response.on("close", () => seen.set("close", active()));
        await new Promise((resolve) => setImmediate(resolve));
        seen.set("after await", active());
        waited();
      });
      const request = begin(running(), "/raw/context", {
        method: "POST",
        headers: { ...INCOMING, "x-b3-sampled": sampled, "content-type": "x/raw" },
      });
      request.write("one");
      await afterAwait;
      request.end("two");
      await new Promise((resolve, reject) =>
        request.on("response", (response) => response.resume().on("end", resolve)).on("error", reject),
      );
      await expect.poll(() => seen.size).toBe(7);
      await spans(Number(sampled));
      expect(Object.fromEntries(seen)).toEqual(
        Object.fromEntries([...seen.keys()].map((name) => [name, INCOMING["x-b3-spanid"]])),
      );
    },
  );

  test("500 interleaved requests keep their own traces", async () => {
    const wrong: string[] = [];
    set(async (request, response) => {
      const own = String(request.headers["x-b3-spanid"]);
      for (let step = 0; step < 3; step += 1) {
        await turns((Number.parseInt(own, 16) * 7) % 5);
        if (active() !== own) wrong.push(own);
      }
      response.end();
    });
    const ids = Array.from({ length: 500 }, (_, index) => (index + 1).toString(16).padStart(16, "0"));
    const headers = (id: string) => ({ ...INCOMING, "x-b3-traceid": id, "x-b3-spanid": id });
    for (let at = 0; at < ids.length; at += 100) {
      await Promise.all(ids.slice(at, at + 100).map((id) => ask(running(), "/raw/many", { headers: headers(id) })));
    }
    expect(wrong).toEqual([]);
    const all = await spans(500);
    // As exporters see a shared span: below the caller's.
    expect(new Set(all.map((span) => span.parentSpanContext?.spanId))).toEqual(new Set(ids));
  });

  where("HTTP/1.1")("pipelined requests on one connection do not see each other", async () => {
    const seen: (string | undefined)[] = [];
    set(async (_request, response) => {
      await turns(2);
      seen.push(active());
      response.end();
    });
    const one = (id: string, last = false): string =>
      `GET /raw/pipe HTTP/1.1\r\nhost: h\r\nx-b3-traceid: ${id}\r\nx-b3-spanid: ${id}\r\nx-b3-sampled: 1\r\n${last ? "connection: close\r\n" : ""}\r\n`;
    const ids = ["000000000000000a", "000000000000000b", "000000000000000c"];
    await askRaw(running(), one("000000000000000a") + one("000000000000000b") + one("000000000000000c", true));
    expect(seen.sort()).toEqual(ids);
    await spans(3);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
}
