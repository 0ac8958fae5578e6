/** A request in a mesh that is answered over a broker is one trace, sidecars included. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startJaeger } from "../mesh/backends/jaeger.js";
import { startZipkin } from "../mesh/backends/zipkin.js";
import { chain, GATEWAY, HELLO, TIME } from "../mesh/test/lines.js";
import { request } from "../mesh/test/request.js";
import { CHAIN } from "../mesh/test/rows.js";
import { startNats } from "./brokers.js";

const PRODUCER = "hello-world.hello app producer";
const CONSUMER = "hello-world.hello app consumer";
const TREE = chain(
  ...[GATEWAY.server, GATEWAY.client, HELLO.inbound, HELLO.app, PRODUCER, CONSUMER],
  ...[HELLO.call, HELLO.outbound, TIME.inbound, TIME.app],
);
const program = fileURLToPath(new URL("asking-over-nats.mjs", import.meta.url));

test.each([
  ["jaeger", startJaeger],
  ["zipkin", startZipkin],
] as const)("%s draws the request, the message and the consumer's call as one chain", async (exporter, start) => {
  const nats = await startNats();
  const backend = await start();
  try {
    const environment = { NATS_URL: `127.0.0.1:${nats.port}` };
    const row = { ...CHAIN, tree: TREE, mesh: { programs: { "hello-world": program } }, environment };
    const { tree, faults } = await request(row, { backend, exporter });
    expect(tree).toEqual(TREE);
    expect(faults).toEqual([]);
  } finally {
    await backend.stop();
    await nats.stop();
  }
});
