import { expect, test, vi } from "vitest";
import { ZipkinExporter } from "../../../src/export/zipkin/zipkin-exporter.js";
import { collector } from "../../kit/collector.js";
import { exportAll } from "../export-all.js";
import { span } from "../spans.js";
import { decodeSpans } from "./zipkin-schema.js";

test("the variables of the specification hold where a field is absent, undefined or empty", async () => {
  const { origin, requests } = await collector(202);
  vi.stubEnv("OTEL_EXPORTER_ZIPKIN_ENDPOINT", ` ${origin}/from-environment`);
  const configs = [{}, { url: undefined }, { url: "", serviceName: "", statusCodeTagName: "", timeoutMs: undefined }];
  for (const config of configs) {
    await exportAll(new ZipkinExporter(config), [span({ status: { code: 1 } })]);
  }
  await exportAll(new ZipkinExporter({ url: `${origin}/configured` }), [span()]);
  vi.unstubAllEnvs();
  const urls = requests.map(({ url }) => url);
  expect(urls).toEqual(["/from-environment", "/from-environment", "/from-environment", "/configured"]);
  const [read] = decodeSpans(requests[2]?.body as Buffer);
  expect(read?.localEndpoint.serviceName).toBe("hello.default");
  expect(read?.tags["otel.status_code"]).toBe("OK");
});

test("a URL that is not http is an error", () => {
  expect(() => new ZipkinExporter({ url: "ftp://zipkin/" })).toThrow("http:// or https://");
});
