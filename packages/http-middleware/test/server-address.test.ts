/** The numbers that peers choose, as attributes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setClientAttributes } from "../src/client/attributes.js";
import { addressOf, HttpRequest } from "../src/client/http-request.js";
import { setRpcAttributes } from "../src/grpc/attributes.js";
import { finishClient } from "../src/grpc/status.js";
import { AttributeMap, setServerAddress } from "../src/http-conventions.js";
import { tracing } from "./client/target.js";

const PORTS: ReadonlySet<unknown> = new Set(Array.from({ length: 65_535 }, (_, index) => index + 1));

function addressAndPort(host: string | undefined): unknown[] {
  const map = new AttributeMap();
  setServerAddress(map, host);
  return [map.attributes["server.address"], map.attributes["server.port"]];
}

describe("a host", () => {
  test.each([
    ["shop", "shop", undefined],
    ["shop:8080", "shop", 8080],
    ["shop:1", "shop", 1],
    ["shop:65535", "shop", 65_535],
    ["shop:080", "shop", 80],
    ["shop:", "shop", undefined],
    ["shop:0", "shop", undefined],
    ["shop:65536", "shop", undefined],
    ["shop:99999999999999999999", "shop", undefined],
    [`shop:${"9".repeat(400)}`, "shop", undefined],
    ["shop:8e1", "shop", undefined],
    ["shop:-1", "shop", undefined],
    ["shop:http", "shop", undefined],
    ["[::1]", "[::1]", undefined],
    ["[::1]:8080", "[::1]", 8080],
    ["[::1]:99999", "[::1]", undefined],
    ["::1", "::1", undefined],
    ["2001:db8::8080", "2001:db8::8080", undefined],
    ["bob:secret@shop:80", "shop", 80],
    ["shop:80?token=secret", "shop", 80],
    ["shop/a?b@c", "shop", undefined],
    ["shop#secret", "shop", undefined],
    ["/run/a@b:80", "/run/a@b:80", undefined],
    ["/run/a:80", "/run/a:80", undefined],
    ["", "", undefined],
    [undefined, undefined, undefined],
  ])("%s", (host, address, port) => {
    expect(addressAndPort(host)).toEqual([address, port]);
  });

  test("has a port from 1 to 65535 or none, for any text", () => {
    const near = fc.string({ unit: fc.constantFrom(..."a0123456789:[]@.-e "), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (host) => {
        const [address, port] = addressAndPort(host);
        expect(typeof address).toBe("string");
        expect(port === undefined || PORTS.has(port)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test("gRPC's target has a valid port or none", () => {
  const map = new AttributeMap();
  setRpcAttributes(map, { service: "a", method: "b" }, "shop:99999999999999999999");
  expect(map.attributes).toMatchObject({ "server.address": "shop" });
  expect(map.attributes).not.toHaveProperty("server.port");
});

test("a call to port 0 has no port", () => {
  const address = addressOf("http://shop:0", "/");
  if (address === undefined) throw new Error("an address is expected");
  const map = new AttributeMap();
  setClientAttributes(map, new HttpRequest("GET", address));
  expect(map.attributes).toMatchObject({ "server.address": "shop" });
  expect(map.attributes).not.toHaveProperty("server.port");
});

test.each([Number.NaN, -1, 0.5, 77, 1e20, Number.POSITIVE_INFINITY])("the gRPC status %d is UNKNOWN", (code) => {
  const span = tracing.tracer.startSpan("call", { root: true });
  finishClient(span, { code, details: "" });
  expect((span as never as { attributes: object }).attributes).toEqual({
    "error.type": "UNKNOWN",
    "rpc.grpc.status_code": 2,
  });
});
