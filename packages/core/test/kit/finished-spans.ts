import { expect } from "vitest";
import { turns } from "./turns.js";

const TIMEOUT_MS = 20_000;
const INTERVAL_MS = 4;

/** Waits for `count` finished spans, expects that no more come, and returns them. */
export async function finishedSpans<Span extends { readonly name: string }>(
  memory: { getFinishedSpans(): Span[] },
  flush: () => Promise<unknown>,
  count: number,
): Promise<Span[]> {
  const finished = async (): Promise<Span[]> => {
    await flush();
    return memory.getFinishedSpans();
  };
  await expect
    .poll(async () => (await finished()).length, { timeout: TIMEOUT_MS, interval: INTERVAL_MS })
    .toBeGreaterThanOrEqual(count);
  await turns();
  const all = await finished();
  expect(all.map((span) => span.name)).toHaveLength(count);
  return all;
}
