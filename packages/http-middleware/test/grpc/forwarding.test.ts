/** Without `initTracing()`: headers go on, and nothing else happens. */
import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { PARENT_SPAN_ID, SPAN_ID, TRACE_ID } from "../../../core/test/kit/incoming-headers.js";
import { tracingClientInterceptor, tracingServerInterceptor } from "../../src/grpc/index.js";
import { call, implementing } from "./calls.js";
import { clientOf, KINDS, serve } from "./service.js";

const bytes = Buffer.from([0, 7, 255, 128]);

function incoming(): Metadata {
  const metadata = new Metadata();
  metadata.set("x-b3-traceid", TRACE_ID);
  metadata.set("x-b3-spanid", SPAN_ID);
  metadata.set("x-b3-parentspanid", PARENT_SPAN_ID);
  metadata.set("x-b3-sampled", "1");
  metadata.set("x-request-id", "ec219ebe-5bfd-918f-a8aa-ff14b5843aa7");
  metadata.set("grpc-trace-bin", bytes);
  return metadata;
}

test.each(KINDS)("%s: what came goes on as it came", async (kind) => {
  const received: Metadata[] = [];
  const last = await serve(
    implementing(({ metadata }) => void received.push(metadata)),
    [],
  );
  const onward = clientOf(`127.0.0.1:${last}`, [tracingClientInterceptor()]);
  const first = await serve(
    implementing(async () => void (await call(onward, kind, new Metadata()))),
    [tracingServerInterceptor()],
  );
  const { code } = await call(clientOf(`127.0.0.1:${first}`), kind, incoming());
  expect(code).toBe(0);
  expect(received[0]?.getMap()).toMatchObject(incoming().getMap());
});
