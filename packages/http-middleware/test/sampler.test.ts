/** What a user's sampler receives where the caller has not decided. */
import { initTracing } from "@meshtrace/core";
import type { Attributes } from "@opentelemetry/api";
import { InMemorySpanExporter, type Sampler, SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { expect, onTestFinished, test } from "vitest";
import { tracedFetch, traceHandler } from "../src/index.js";
import { ask } from "./server/asking.js";
import { INCOMING, listen } from "./server/service.js";

test("a sampler decides by path and host; the mesh's decision is not asked for again", async () => {
  const call: Attributes[] = [];
  const sampler: Sampler = {
    shouldSample(_context, _traceId, _name, _kind, attributes) {
      call.push(attributes);
      const wanted = attributes["url.path"] !== "/noise";
      return { decision: wanted ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    },
    toString: () => "by path",
  };
  const memory = new InMemorySpanExporter();
  const tracing = initTracing({ serviceName: "test", exporter: memory, sampler, shutdown: false });
  const server = await listen(traceHandler((_request, response) => response.end("ok")));
  onTestFinished(async () => {
    server.close();
    await tracing.shutdown();
  });

  await ask(server, "/noise");
  await ask(server, "/signal");
  await ask(server, "/noise", { headers: INCOMING });
  await (await tracedFetch(`http://127.0.0.1:${server.port}/called`)).text();
  await expect
    .poll(async () => {
      await tracing.flush();
      return memory.getFinishedSpans().map((span) => span.attributes["url.path"] ?? span.attributes["url.full"]);
    })
    .toEqual(["/signal", "/noise", "/called", `http://127.0.0.1:${server.port}/called`]);
  expect(call.map((attributes) => attributes["url.path"] ?? attributes["url.full"])).toEqual([
    "/noise",
    "/signal",
    `http://127.0.0.1:${server.port}/called`,
  ]);
  expect(call[0]).toMatchObject({ "http.request.method": "GET", "server.address": "127.0.0.1", "url.scheme": "http" });
});
