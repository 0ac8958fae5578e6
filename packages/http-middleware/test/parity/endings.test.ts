/**
 * How a process ends with tracing: code, signal and output as without it. A collector takes the
 * spans meanwhile, by the service name of each run.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BARE, type Ended, type Mode, nameOf, runChild, TRACED } from "./run-child.js";

interface Row {
  readonly name: string;
  readonly signal?: NodeJS.Signals;
  readonly flags?: readonly string[];
  /** The SERVER spans that reach the collector. Without it 1. */
  readonly arrive?: number;
}

const rows: readonly Row[] = JSON.parse((await runChild("endings.mjs", BARE, [])).stdout);
const arrived = new Map<string, number>();
const collector = createServer(async (request, response) => {
  for (const { kind, localEndpoint } of (await json(request)) as ZipkinSpan[]) {
    const { serviceName } = localEndpoint;
    if (kind === "SERVER") arrived.set(serviceName, (arrived.get(serviceName) ?? 0) + 1);
  }
  response.writeHead(202).end();
});

interface ZipkinSpan {
  readonly kind: string;
  readonly localEndpoint: { readonly serviceName: string };
}

beforeAll(async () => {
  await once(collector.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  collector.closeAllConnections();
  collector.close();
});

const serviceOf = (name: string, mode: Mode): string => `${name}, ${nameOf(mode)}`.toLowerCase();

function end({ name, signal, flags = [] }: Row, mode: Mode): Promise<Ended> {
  const { port } = collector.address() as AddressInfo;
  let sent = false;
  return runChild("endings.mjs", mode, [name], {
    flags,
    env: {
      OTEL_SERVICE_NAME: serviceOf(name, mode),
      OTEL_TRACES_EXPORTER: "zipkin",
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: `http://127.0.0.1:${port}/api/v2/spans`,
    },
    onOutput(stdout, pid) {
      if (sent || signal === undefined || !stdout.includes("ready\n")) return;
      sent = true;
      process.kill(pid, signal);
    },
  });
}

// A span that is not sampled leaves nothing to do at the end.
const modes = TRACED.filter(({ mode, sampled }) => mode !== "in place" && sampled);

describe.each(rows)("$name", (row) => {
  test("as without tracing", async () => {
    const bare = await end(row, BARE);
    expect(bare.stdout).toContain("ok\n");
    const traced = await Promise.all(modes.map((mode) => end(row, mode)));
    for (const [index, mode] of modes.entries()) {
      expect.soft(traced[index], nameOf(mode)).toEqual(bare);
      expect.soft(arrived.get(serviceOf(row.name, mode)) ?? 0, `spans, ${nameOf(mode)}`).toBe(row.arrive ?? 1);
    }
  });
});
