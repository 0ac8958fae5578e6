import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { constants } from "node:os";
import { afterEach, expect, test } from "vitest";
import { FAILED, NO_ANSWER, SENT, sendAtExit } from "../../../src/export/exit/send-at-exit.js";
import { serveInProcess } from "./serve-in-process.js";

// This thread blocks while it waits: whatever answers must be a process of its own.
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function server(kind: "answers" | "refuses" | "silent") {
  const { url, received, stop } = await serveInProcess(kind);
  stops.push(stop);
  return { url, received };
}

const body = Buffer.from('[{"traceId":"1"}]');
const headers = { "content-type": "application/json", "content-length": body.length };

test("each request is sent, and its status returned", async () => {
  const [one, other] = [await server("answers"), await server("refuses")];
  const requests = [one, other, one].map(({ url }) => ({ url, headers, body }));
  expect(sendAtExit(requests, 5000)).toEqual([202, 503, 202]);
  expect(await one.received(2)).toEqual([body.toString(), body.toString()]);
});

test("a server that is away, one that is silent, and what cannot be sent: the others arrive", async () => {
  const [good, silent] = [await server("answers"), await server("silent")];
  const requests = [
    { url: "http://127.0.0.1:9/", headers, body },
    { url: silent.url, headers, body },
    { url: "no url", headers, body },
    { url: good.url, headers: { "x-bad": "a\nb" }, body },
    { url: good.url, headers, body },
  ];
  expect(sendAtExit(requests, 700)).toEqual([-constants.errno.ECONNREFUSED, NO_ANSWER, FAILED, FAILED, 202]);
  expect(await good.received(1)).toEqual([body.toString()]);
});

test("datagrams are sent", async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  stops.push(() => socket.close());
  const { port } = socket.address() as AddressInfo;
  const arrived: string[] = [];
  const both = new Promise<void>((resolve) => {
    socket.on("message", (packet) => {
      if (arrived.push(packet.toString()) === 2) resolve();
    });
  });
  expect(sendAtExit([{ host: "127.0.0.1", port, packets: [Buffer.from("a"), Buffer.from("b")] }], 5000)).toEqual([
    SENT,
  ]);
  await both;
  expect(arrived.sort()).toEqual(["a", "b"]);
});

test("nothing to send is no thread", () => {
  expect(sendAtExit([], 5000)).toEqual([]);
});
