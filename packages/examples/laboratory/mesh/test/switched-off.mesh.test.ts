/**
 * What the matrix rests on, each part switched off once: every one of them must be missed.
 */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import type { MeshSettings } from "../mesh.js";
import { chain, HELLO } from "./lines.js";
import { type Outcome, request } from "./request.js";
import { CHAIN, REQUEST_ID_DECIDES, type Row } from "./rows.js";

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

const PRELOAD = fileURLToPath(new URL("./switched-off/register.mjs", import.meta.url));

/** The chain of two services, or another row, with a part of the library that does nothing. */
async function without(part: string, functionName: string, row: Row = CHAIN, count?: number): Promise<Outcome> {
  const settings = { environment: { SWITCHED_OFF: part }, nodeOptions: ["--import", PRELOAD] };
  const seen = await request(row, { ...settings, ...reportingToJaeger() }, count);
  expect(seen.output).toContain(`switched off: ${functionName}`);
  return seen;
}

function reportingToJaeger(): Pick<MeshSettings, "backend" | "exporter"> {
  return { backend: jaeger, exporter: "jaeger" };
}

function chained(settings: Partial<MeshSettings>): Promise<Outcome> {
  return request(CHAIN, { ...reportingToJaeger(), ...settings });
}

function differences({ headers }: Outcome): string[] {
  return headers.filter((line, index) => line !== CHAIN.headers[index]);
}

test("with all parts the chain is as the matrix has it", async () => {
  expect(await chained({})).toMatchObject({ tree: CHAIN.tree, headers: CHAIN.headers, faults: [] });
});

test("without the join Jaeger draws the same tree, and the call's headers tell it", async () => {
  const seen = await chained({ environment: { MESHTRACE_SHARED_SPAN: "false" } });
  expect(seen.tree).toEqual(CHAIN.tree);
  expect(differences(seen)).toEqual([
    "hello-world -> hello-world outbound: b3 hello-world.hello app client < hello-world.hello app server, sampled 1",
  ]);
});

test("without the split sidecar and app have one ID, and the tree is another", async () => {
  const seen = await without("split", "splitSpanId");
  expect(seen.tree).not.toEqual(CHAIN.tree);
  expect(seen.faults).toEqual(expect.arrayContaining([expect.stringContaining("2 times")]));
});

test("without the mirror of header families the next hops get a family that this mesh does not speak", async () => {
  expect(differences(await without("mirror", "answeredFamilies"))).toEqual([
    expect.stringMatching(/^hello-world -> hello-world outbound: .*traceparent/),
    expect.stringMatching(/^hello-world outbound -> time inbound: .*traceparent/),
    expect.stringMatching(/^time inbound -> time: .*traceparent/),
  ]);
});

test("without the pass-through the next hop gets another request ID and loses other tracers' headers", async () => {
  const { faults } = await without("passThrough", "writePassThrough");
  for (const header of ["x-request-id", "x-ot-span-context", "x-datadog-trace-id"]) {
    expect(faults).toContain(`hello-world -> hello-world outbound: ${header} was lost`);
  }
});

test("without the pass-through an OpenTelemetry mesh loses the trace at the first call", async () => {
  const seen = await without("passThrough", "writePassThrough", REQUEST_ID_DECIDES, 3);
  expect(seen.tree).toEqual(chain(HELLO.inbound, HELLO.app, HELLO.call));
});
