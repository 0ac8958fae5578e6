import { expect, test, vi } from "vitest";
import { ZipkinEncoder } from "../../../src/export/zipkin/zipkin-encoder.js";
import { encodeWith } from "../encode.js";
import { span } from "../spans.js";
import { decodeSpans } from "./zipkin-schema.js";

vi.mock("node:os", async (original) => ({
  ...(await original<typeof import("node:os")>()),
  networkInterfaces: () => {
    throw new Error("A system error occurred: uv_interface_addresses returned Unknown system error 13");
  },
}));

test("where the system does not tell its addresses, spans have none", () => {
  const { body, unreadable } = encodeWith(new ZipkinEncoder())([span()]);
  expect(unreadable).toBe(0);
  expect(decodeSpans(body)[0]?.localEndpoint).toEqual({ serviceName: "hello.default" });
});
