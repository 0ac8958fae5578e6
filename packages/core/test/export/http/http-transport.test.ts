import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { expect, onTestFinished, test } from "vitest";
import { HttpTransport } from "../../../src/export/http/http-transport.js";
import { FailureCounts } from "../../../src/export/report/partial-failure.js";
import type { SpanRecord } from "../../../src/tracer/span-record.js";
import { type Behaviour, collector, type Received } from "../../kit/collector.js";
import { encodeWith } from "../encode.js";
import { spans } from "../spans.js";

/** A backend whose spans are lines: their names. */
async function transportTo(behaviour: Behaviour | readonly Behaviour[]) {
  const { origin, requests } = await collector(behaviour);
  const backend = {
    url: origin,
    contentType: "text/plain",
    encoder: {
      oneResource: false,
      separatorLength: 1,
      tail: "",
      head: () => "",
      encode: ({ name }: SpanRecord) => `\n${name}`,
    },
  };
  const transport = new HttpTransport({ timeoutMs: 1000, deadlineMs: 1000 }, backend);
  onTestFinished(() => transport.abort());
  /** How many failed, and why. */
  const send = async (batch: readonly ReadableSpan[]): Promise<[number, string]> => {
    const failures = new FailureCounts();
    await transport.send([encodeWith(backend.encoder)(batch).batch], failures);
    const error = failures.toError();
    return error === undefined ? [0, ""] : [error.failed, error.message];
  };
  return { send, requests };
}

const named = (count: number, bad: readonly number[] = [], size = 1): ReadableSpan[] =>
  spans(count, (index) => ({ name: `${bad.includes(index) ? "bad" : "good"}-${index}-${"x".repeat(size)}` }));
const lines = ({ body }: Received): string[] => body.toString().split("\n");

/** Refuses a batch for one bad span, as Zipkin does. */
function strict(taken: string[]): Behaviour {
  return (_request, response, received) => {
    const refused = lines(received).some((line) => line.startsWith("bad"));
    if (!refused) taken.push(...lines(received));
    response.writeHead(refused ? 400 : 202).end();
  };
}

test.each([
  [512, [0]],
  [512, [511]],
  [512, [200]],
  [512, [3, 4]],
  [512, [100, 400]],
  [2, [1]],
  [7, [6]],
])("of %i spans the bad ones %j are found by halving, and lost alone", async (count, bad) => {
  const taken: string[] = [];
  const { send, requests } = await transportTo(strict(taken));
  expect((await send(named(count, bad)))[0]).toBe(bad.length);
  expect(new Set(taken).size).toBe(count - bad.length);
  expect(taken).toHaveLength(count - bad.length);
  expect(requests.length).toBeLessThanOrEqual(1 + bad.length * 2 * Math.ceil(Math.log2(count)));
});

test("a backend that refuses everything is not asked for each span, and the next batch only once", async () => {
  const { send, requests } = await transportTo(400);
  expect((await send(named(512)))[0]).toBe(512);
  expect(requests.length).toBeLessThan(25);
  const before = requests.length;
  expect((await send(named(512)))[0]).toBe(512);
  expect(requests.length).toBe(before + 1);
});

test("once it takes spans again, bad ones are looked for again", async () => {
  const taken: string[] = [];
  let refusing = true;
  const judge = strict(taken) as (...args: unknown[]) => void;
  const { send } = await transportTo((request, response, received) =>
    refusing ? response.writeHead(400).end() : judge(request, response, received),
  );
  await send(named(8));
  refusing = false;
  await send(named(8));
  expect((await send(named(8, [3])))[0]).toBe(1);
});

test("413 halves a batch once", async () => {
  const { send, requests } = await transportTo(413);
  const [failed, reason] = await send(named(512));
  expect(failed).toBe(512);
  expect(reason).toContain("the batch is too large");
  expect(requests.map((request) => lines(request).length)).toEqual([512, 256, 256]);
});

/** Refuses what is larger, as a proxy does. */
const limited =
  (limit: number, status: number, body = ""): Behaviour =>
  (_request, response, received) =>
    received.body.length > limit ? response.writeHead(status).end(body) : response.writeHead(202).end();

test.each([
  ["413", 413, ""],
  ["Zipkin's way to say so", 500, "413 Request Entity Too Large"],
  ["Jaeger's way to say so", 500, "http: request body too large"],
])("the halves arrive, and the next batch is never as large: %s", async (_name, status, body) => {
  const { send, requests } = await transportTo(limited(300_000, status, body));
  const batch = named(512, [], 1000);
  expect(await send(batch)).toEqual([0, ""]);
  expect(requests.map((request) => lines(request).length)).toEqual([512, 256, 256]);
  expect(await send(batch)).toEqual([0, ""]);
  expect(requests.slice(3).every((request) => request.body.length <= 300_000)).toBe(true);
});

test("a batch that is larger than twice the limit is learned from", async () => {
  const { send, requests } = await transportTo(limited(150_000, 413));
  const batch = named(512, [], 1000);
  expect((await send(batch))[0]).toBe(512);
  await send(batch);
  const before = requests.length;
  expect(await send(batch)).toEqual([0, ""]);
  expect(requests.slice(before).every((request) => request.body.length <= 150_000)).toBe(true);
});

test("when no server listens, the other parts of a batch are not waited for", async () => {
  const { send, requests } = await transportTo([400, (request) => request.socket.resetAndDestroy()]);
  expect((await send(named(8)))[0]).toBe(8);
  expect(requests.length).toBeLessThan(10);
});
