/** The addresses of clients and connections, as attributes. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { tracedHttp } from "../src/client/http/http.js";
import { AttributeMap } from "../src/http-conventions.js";
import { forwardedFor, setPeer, setPeerText } from "../src/network-peer.js";
import { inRequest, serve, spans } from "./client/target.js";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["203.0.113.9, 10.0.0.1", "203.0.113.9"],
  [" 203.0.113.9 ,10.0.0.1", "203.0.113.9"],
  ["203.0.113.9:4711", "203.0.113.9"],
  ["2001:db8::9", "2001:db8::9"],
  ["[2001:db8::9]:4711, 10.0.0.1", "2001:db8::9"],
  ["::1", "::1"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["unknown, 10.0.0.1", undefined],
  ["_hidden", undefined],
  ["<script>", undefined],
  [",10.0.0.1", undefined],
  ["", undefined],
])("x-forwarded-for: %s", (header, address) => {
  expect(forwardedFor(header)).toBe(address);
});

test.each([
  ["127.0.0.1", 80, { "network.peer.address": "127.0.0.1", "network.peer.port": 80 }],
  ["::ffff:10.0.0.1", 80, { "network.peer.address": "10.0.0.1", "network.peer.port": 80 }],
  ["::1", 80, { "network.peer.address": "::1", "network.peer.port": 80 }],
  ["10.0.0.1", undefined, { "network.peer.address": "10.0.0.1" }],
  ["10.0.0.1", 0, { "network.peer.address": "10.0.0.1" }],
  [undefined, undefined, {}],
  ["", 80, {}],
])("a socket of %s, port %s", (address, port, attributes) => {
  const map = new AttributeMap();
  setPeer(map, address, port);
  expect(map.attributes).toEqual(attributes);
});

test.each([
  ["127.0.0.1:50051", { "network.peer.address": "127.0.0.1", "network.peer.port": 50_051 }],
  ["::ffff:127.0.0.1:50051", { "network.peer.address": "127.0.0.1", "network.peer.port": 50_051 }],
  ["::1:50051", { "network.peer.address": "::1", "network.peer.port": 50_051 }],
  ["[::1]:50051", { "network.peer.address": "::1", "network.peer.port": 50_051 }],
  ["unix:/run/a.sock", {}],
  ["unknown", {}],
  ["cafe:50051", {}],
  ["dns:localhost:50051", {}],
  [undefined, {}],
])("a gRPC peer %s", (peer, attributes) => {
  const map = new AttributeMap();
  setPeerText(map, peer);
  expect(map.attributes).toEqual(attributes);
});

test("a call of node:http has the address of its connection", async () => {
  const url = await serve((_request, response) => void response.end("there"));
  const [response] = (await once(
    inRequest(() => tracedHttp.get(url)),
    "response",
  )) as [IncomingMessage];
  response.resume();
  const [span] = await spans(1);
  expect(span?.attributes).toMatchObject({
    "network.protocol.version": "1.1",
    "network.peer.address": "127.0.0.1",
    "network.peer.port": Number(new URL(url).port),
  });
});
