/**
 * Kiali asks the backend for the spans of `app.namespace`: gateway, sidecar and service must be
 * there under those names.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Backend } from "../backends/backend.js";
import { startJaeger } from "../backends/jaeger.js";
import { observe } from "./observed.js";
import { send, spansOf, withMesh } from "./request.js";
import { CHAIN } from "./rows.js";

let jaeger: Backend;
beforeAll(async () => {
  jaeger = await startJaeger();
});
afterAll(() => jaeger.stop());

test("Jaeger lists gateway, sidecars and services where Kiali looks for them", async () => {
  await withMesh(CHAIN, { backend: jaeger, exporter: "jaeger" }, async (mesh) => {
    const traceId = await send(mesh, CHAIN);
    await observe(jaeger, traceId, spansOf(CHAIN), []);
    const services = ["hello-gateway-istio.hello", "hello-world.hello", "time.hello"];
    // No name of its own for the service beside that of its sidecar.
    expect((await jaeger.services()).toSorted()).toEqual(services);
    const spans = await jaeger.sent(traceId);
    for (const service of services) {
      expect(await jaeger.traceIds(service)).toEqual([traceId]);
      const reporters = spans.filter((span) => span.service === service).map(({ reporter }) => reporter);
      const expected = service.startsWith("hello-gateway") ? ["proxy"] : ["proxy", "app"];
      expect(new Set(reporters)).toEqual(new Set(expected));
    }
  });
});
