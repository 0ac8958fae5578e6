/** Requests as a sidecar sends them, for tests of log lines. */
import { Writable } from "node:stream";
import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { adapterTracing } from "../../src/runtime/active-tracing.js";
import { startServerSpan } from "../../src/runtime/server-span.js";

/** What a request of number `index` brings. */
export const headersOf = (index: number, sampled = true): Record<string, string> => ({
  "x-request-id": `request-${index}`,
  "x-b3-traceid": index.toString(16).padStart(32, "a"),
  "x-b3-spanid": index.toString(16).padStart(16, "b"),
  "x-b3-parentspanid": "cccccccccccccccc",
  "x-b3-sampled": sampled ? "1" : "0",
});

/** Runs `work` inside the SERVER span of a request. */
export function inRequest<Result>(headers: Record<string, string>, work: () => Result): Result {
  const { propagator, tracer } = adapterTracing();
  const extracted = propagator.extract(ROOT_CONTEXT, headers, {
    get: (carrier, name) => carrier[name],
    keys: Object.keys,
  });
  const span = startServerSpan(tracer, "GET", {}, extracted);
  try {
    return context.with(trace.setSpan(extracted, span), work);
  } finally {
    span.end();
  }
}

/** Collects the lines of a logger; `slow`: takes the next one only after a turn of the loop. */
export class Lines extends Writable {
  readonly all: string[] = [];

  constructor(slow = false) {
    super({
      highWaterMark: slow ? 1 : 16_384,
      write: (chunk, _encoding, done) => {
        this.all.push(...String(chunk).split("\n").filter(Boolean));
        if (slow) setImmediate(done);
        else done();
      },
    });
  }

  get records(): Record<string, unknown>[] {
    return this.all.map((line) => JSON.parse(line));
  }
}

/** Logs from 1,000 requests, three lines each between turns of the loop. */
export async function interleaved(log: (index: number, line: number) => void): Promise<void> {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await Promise.all(
    Array.from({ length: 1000 }, (_, index) =>
      inRequest(headersOf(index + 1), async () => {
        for (let line = 0; line < 3; line += 1) {
          log(index + 1, line);
          if ((index + line) % 3 === 0) await turn();
          else await null;
        }
      }),
    ),
  );
}

/** Returns the records that do not have the fields of their request, which they name as `index`. */
export function wrongOnes(records: readonly Record<string, unknown>[]): unknown[] {
  return records.filter((record) => {
    const headers = headersOf(Number(record["index"]));
    return record["trace_id"] !== headers["x-b3-traceid"] || record["x_request_id"] !== headers["x-request-id"];
  });
}
