/**
 * Calls that their own caller gives up, which are no errors, and calls that take too long, which
 * are.
 */
import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import type { Answer, Contract } from "./contract.js";
import { inRequest, reset, serve, spans, UNSAMPLED } from "./target.js";

/** The ways to give a call up at once. Each returns the signal, and the function that aborts it. */
const ABORTS: readonly [name: string, make: () => { signal: AbortSignal; abort(): void }][] = [
  ["abort()", () => controlled((controller) => controller.abort())],
  ["abort(error)", () => controlled((controller) => controller.abort(new RangeError("another call has won")))],
  ["abort(text)", () => controlled((controller) => controller.abort("no longer needed"))],
  [
    "a signal of any",
    () => {
      const { signal, abort } = controlled((controller) => controller.abort());
      return { signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]), abort };
    },
  ],
];

const TIMEOUTS: readonly [name: string, make: (milliseconds: number) => AbortSignal][] = [
  ["AbortSignal.timeout()", (milliseconds) => AbortSignal.timeout(milliseconds)],
  [
    "a signal of any",
    (milliseconds) => AbortSignal.any([new AbortController().signal, AbortSignal.timeout(milliseconds)]),
  ],
];
const TIMEOUT_MS = 60;
const MAX_TIMEOUT_MS = 10_000;

function controlled(abort: (controller: AbortController) => void): { signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => abort(controller) };
}

export function cancelTests({ call, where }: Contract): void {
  describe.each(ABORTS)("%s of the caller is no error", (_name, make) => {
    test("before the head", async () => {
      const { signal, abort } = make();
      const url = await serve(abort);
      await expect(call(url, { signal })).rejects.toBeDefined();
      await expectCancelled("call cancelled", undefined);
    });

    test("before the head of the answer to a body", async () => {
      const { signal, abort } = make();
      const url = await serve((request) => void request.resume().on("end", abort));
      await expect(call(url, { method: "POST", body: "text", signal })).rejects.toBeDefined();
      await expectCancelled("call cancelled", undefined);
    });

    where("streams")("in the body", async () => {
      const { signal, abort } = make();
      const answer = await call(await serveFirstByte(), { signal });
      const text = answer.text();
      setImmediate(abort);
      await expect(text).rejects.toBeDefined();
      await expectCancelled("body cancelled", 200);
    });
  });

  describe.each(TIMEOUTS)("%s is an error", (_name, make) => {
    test("before the head", async () => {
      const url = await serve(() => {});
      await expect(call(url, { signal: make(TIMEOUT_MS) })).rejects.toBeDefined();
      await expectTimeout(undefined);
    });

    where("connection")("before the head, on a connection that the span names", async () => {
      const url = await serve(() => {});
      let port: unknown;
      // A busy machine needs more time until the connection is there.
      for (let timeoutMs = TIMEOUT_MS; port === undefined && timeoutMs < MAX_TIMEOUT_MS; timeoutMs *= 4) {
        await reset();
        await expect(call(url, { signal: make(timeoutMs) })).rejects.toBeDefined();
        const [span] = await spans(1);
        port = span?.attributes["network.peer.port"];
      }
      expect(port).toBe(Number(new URL(url).port));
    });

    where("streams")("in the body", async () => {
      const url = await serveFirstByte();
      let answer: Answer | undefined;
      // A busy machine needs more time until the head arrives.
      for (let timeoutMs = TIMEOUT_MS; answer === undefined; timeoutMs *= 4) {
        await reset();
        answer = await call(url, { signal: make(timeoutMs) }).catch(() => undefined);
        if (answer === undefined) await spans(1);
      }
      await expect(answer.text()).rejects.toBeDefined();
      await expectTimeout(200);
    });
  });

  test("an unsampled call is given up in the same way", async () => {
    const { signal, abort } = controlled((controller) => controller.abort());
    const url = await serve(abort);
    const sampled = await failureOf(call(url, { signal }));
    await spans(1);
    const again = controlled((controller) => controller.abort());
    const other = await serve(again.abort);
    const unsampled = await inRequest(() => failureOf(call(other, { signal: again.signal })), UNSAMPLED);
    expect(unsampled).toEqual(sampled);
    await spans(1);
  });
}

/** What the app sees of a failed call. */
async function failureOf(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => new Error("the call did not fail"),
    (reason) => reason as Error & { code?: unknown },
  );
  return { name: error.name, message: error.message, code: (error as { code?: unknown }).code };
}

/** A server that sends the head and one byte, and nothing more. */
export function serveFirstByte(): Promise<string> {
  return serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("x");
  });
}

export async function expectCancelled(event: string, status: number | undefined): Promise<void> {
  const [span] = await spans(1);
  expect(span?.attributes["error.type"]).toBeUndefined();
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  expect(span?.events.map(({ name }) => name)).toEqual([event]);
  expect(span?.attributes["http.response.status_code"]).toBe(status);
}

export async function expectTimeout(status: number | undefined): Promise<void> {
  const [span] = await spans(1);
  expect(span?.attributes["error.type"]).toBe("timeout");
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  expect(span?.attributes["http.response.status_code"]).toBe(status);
}
