import { createSocket, Socket } from "node:dgram";
import dns from "node:dns/promises";
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { JaegerExporter, type JaegerExporterConfig } from "../../../src/export/jaeger/jaeger-exporter.js";
import { pack } from "../../../src/export/jaeger/pack.js";
import type { PartialFailure } from "../../../src/export/report/partial-failure.js";
import { decodeCompactPacket } from "../../kit/compact-thrift.js";
import { decodePacket } from "../../kit/jaeger-thrift.js";
import { exportAll } from "../export-all.js";
import { span, spans, unreadable } from "../spans.js";

const answers: string[] = [];
vi.spyOn(dns, "lookup").mockImplementation((async (host: string) => ({
  address: answers.shift() ?? host.replace("localhost", "127.0.0.1"),
  family: 4,
})) as never);

async function agent(address = "127.0.0.1", port = 0) {
  const socket = createSocket("udp4");
  const packets: Buffer[] = [];
  socket.on("message", (packet) => packets.push(packet));
  await new Promise<void>((resolve) => socket.bind(port, address, resolve));
  onTestFinished(() => void socket.close());
  return { packets, port: socket.address().port };
}

function exporterTo(port: number, config: JaegerExporterConfig = {}): JaegerExporter {
  const exporter = new JaegerExporter({ host: "127.0.0.1", port, ...config });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

test.each([
  ["udp/thrift.compact", decodeCompactPacket],
  ["udp/thrift.binary", decodePacket],
] as const)("%s: packets are within the size, as full as may be, and none is lost", async (protocol, decode) => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port, { protocol, maxPacketSize: 4000 });
  const batch = spans(100, (index) => ({ attributes: { text: "ü".repeat(index * 8) } }));
  expect(await exportAll(exporter, batch)).toEqual({ code: 0 });
  const sent = (): string[] => packets.flatMap((packet) => decode(packet).spans.map(({ spanId }) => spanId));
  await expect.poll(() => sent().length).toBe(100);
  expect(sent()).toEqual(batch.map((one) => one.spanContext().spanId));
  expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(4000);
  expect(packets.every((packet) => decode(packet).serviceName === "hello.default")).toBe(true);
  // Each packet could not have held the next one's first span.
  expect(packets.length).toBeLessThan(50);
});

test("one span that fits in no packet is lost alone, and the message says what helps", async () => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port, { maxPacketSize: 2000 });
  const batch = spans(5, (index) => (index === 2 ? { attributes: { text: "x".repeat(3000) } } : {}));
  const { code, error } = await exportAll(exporter, [...batch, unreadable()]);
  expect({ code, failed: error?.failed }).toEqual({ code: 1, failed: 2 });
  expect((error as PartialFailure).failures).toEqual([
    { spans: 1, reason: "a span could not be encoded: broken span" },
    { spans: 1, reason: "a span is larger than a packet (maxPacketSize 2000); HTTP takes it" },
  ]);
  const only = await exportAll(exporter, [batch[2] as never]);
  expect(only.error?.message).toContain("larger than a packet (maxPacketSize 2000); HTTP takes it");
  await expect.poll(() => packets.flatMap((packet) => decodeCompactPacket(packet).spans).length).toBe(4);
});

test("an agent that is not there is noticed, and counted", async () => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  const { code, error } = await exportAll(exporterTo(port), spans(3));
  expect({ code, failed: error?.failed }).toEqual({ code: 1, failed: 3 });
  expect(error?.message).toBe(
    `udp 127.0.0.1:${port}: ECONNREFUSED: nothing listens there; compact is port 6831, binary 6832`,
  );
});

test("batches at the same time arrive, and each notices that no agent is there", async () => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port, { maxPacketSize: 4000 });
  const batches = Array.from({ length: 4 }, () => exportAll(exporter, spans(200)));
  expect(await Promise.all(batches)).toEqual(Array(4).fill({ code: 0 }));
  const count = (): number => packets.reduce((sum, packet) => sum + decodeCompactPacket(packet).spans.length, 0);
  await expect.poll(count).toBe(800);
  const away = exporterTo(9);
  const failed = await Promise.all(Array.from({ length: 4 }, () => exportAll(away, spans(3))));
  expect(failed.map(({ error }) => error?.failed)).toEqual([3, 3, 3, 3]);
});

test("a packet that the network does not take costs its own spans alone", async () => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port, { maxPacketSize: 4000 });
  await exportAll(exporter, [span()]);
  const send = vi.spyOn(Socket.prototype, "send");
  send.mockImplementationOnce(function (this: Socket, ...parameters: unknown[]) {
    const callback = parameters.at(-1) as (error: Error) => void;
    setImmediate(callback, Object.assign(new Error("too large"), { code: "EMSGSIZE" }));
  } as never);
  const { error } = await exportAll(exporter, spans(400));
  send.mockRestore();
  expect(error?.message).toContain("EMSGSIZE: the network takes no packet of this size; lower maxPacketSize");
  const arrived = (): number => packets.reduce((sum, packet) => sum + decodeCompactPacket(packet).spans.length, 0);
  await expect.poll(arrived).toBe(1 + 400 - (error?.failed ?? 0));
  expect(error?.failed).toBeLessThan(100);
});

test("a socket that could not be opened is opened anew for the next batch", async () => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port);
  const connect = vi.spyOn(Socket.prototype, "connect");
  connect.mockImplementationOnce(function (this: Socket) {
    setImmediate(() => this.emit("error", Object.assign(new Error("no route"), { code: "ENETUNREACH" })));
  } as never);
  const { error } = await exportAll(exporter, spans(2));
  connect.mockRestore();
  expect(error).toMatchObject({ failed: 2, message: `udp 127.0.0.1:${port}: ENETUNREACH` });
  expect(await exportAll(exporter, spans(2))).toEqual({ code: 0 });
  await expect.poll(() => packets.length).toBe(1);
});

test("the host is looked up for each batch, and its new address used", async () => {
  const first = await agent("127.0.0.1");
  const second = await agent("127.0.0.2", first.port);
  const exporter = exporterTo(first.port, { host: "agent" });
  answers.push("127.0.0.1", "127.0.0.2", "127.0.0.2");
  for (let count = 0; count < 3; count += 1) expect(await exportAll(exporter, [span()])).toEqual({ code: 0 });
  await expect.poll(() => [first.packets.length, second.packets.length]).toEqual([1, 2]);
});

test.each<[JaegerExporterConfig, string]>([
  [{ host: "127.0.0.1" }, "compact"],
  [{ host: "127.0.0.1", protocol: "udp/thrift.binary" }, "binary"],
])("%j speaks %s", async (config, expected) => {
  const { packets, port } = await agent();
  await exportAll(exporterTo(port, config), [span()]);
  await expect.poll(() => packets.length).toBe(1);
  const decode = expected === "compact" ? decodeCompactPacket : decodePacket;
  expect(decode(packets[0] as Buffer).spans).toHaveLength(1);
});

test.each<JaegerExporterConfig>([{}, { host: undefined }, { host: "" }])(
  "a port without a host is UDP to localhost: %j",
  async (config) => {
    const { packets, port } = await agent();
    const exporter = new JaegerExporter({ port, ...config });
    onTestFinished(() => exporter.shutdown());
    await exportAll(exporter, [span()]);
    await expect.poll(() => packets.length).toBe(1);
    expect(decodeCompactPacket(packets[0] as Buffer).spans).toHaveLength(1);
  },
);

test("a configured host is UDP also where a variable names an endpoint; a variable chooses the protocol", async () => {
  const { packets, port } = await agent();
  vi.stubEnv("OTEL_EXPORTER_JAEGER_ENDPOINT", "http://127.0.0.1:1/");
  const compact = exporterTo(port);
  vi.stubEnv("OTEL_EXPORTER_JAEGER_PROTOCOL", "udp/thrift.binary");
  const binary = exporterTo(port);
  vi.unstubAllEnvs();
  await exportAll(compact, [span()]);
  await exportAll(binary, [span()]);
  await expect.poll(() => packets.length).toBe(2);
  expect(decodeCompactPacket(packets[0] as Buffer).spans).toHaveLength(1);
  expect(decodePacket(packets[1] as Buffer).spans).toHaveLength(1);
});

test("the variables of the specification choose host, port and protocol", async () => {
  const { packets, port } = await agent();
  vi.stubEnv("OTEL_EXPORTER_JAEGER_AGENT_HOST", "127.0.0.1");
  vi.stubEnv("OTEL_EXPORTER_JAEGER_AGENT_PORT", String(port));
  vi.stubEnv("OTEL_EXPORTER_JAEGER_PROTOCOL", "udp/thrift.binary");
  const exporter = new JaegerExporter();
  vi.unstubAllEnvs();
  await exportAll(exporter, [span()]);
  await exporter.shutdown();
  await expect.poll(() => packets.length).toBe(1);
  expect(decodePacket(packets[0] as Buffer).spans).toHaveLength(1);
});

test("a pack has the usual size; a larger span is a pack alone, up to the room", () => {
  const { packs, oversized } = pack([4, 8, 12, 40, 44, 100], 30, 10);
  expect(oversized).toBe(1);
  expect(packs.map(({ from, to }) => [from, to])).toEqual([
    [0, 8],
    [8, 12],
    [12, 40],
    [40, 44],
  ]);
});

test("packets have at most 16000 bytes, and a span that is larger has its own", async () => {
  const { packets, port } = await agent();
  const exporter = exporterTo(port);
  const batch = spans(200, (index) => ({ attributes: { text: "x".repeat(index === 100 ? 30_000 : 400) } }));
  expect(await exportAll(exporter, batch)).toEqual({ code: 0 });
  const sent = (): number[] => packets.map((packet) => decodeCompactPacket(packet).spans.length);
  await expect.poll(() => sent().reduce((sum, count) => sum + count, 0)).toBe(200);
  const large = packets.filter(({ length }) => length > 16_000);
  expect(large.map((packet) => decodeCompactPacket(packet).spans.length)).toEqual([1]);
  expect(Math.max(...packets.filter((packet) => !large.includes(packet)).map(({ length }) => length))).toBeGreaterThan(
    15_000,
  );
});

test("packs are full, in order, and hold every span that fits", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 50 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 40 }), (spansValue, room) => {
      let end = 0;
      const ends = spansValue.map((size) => {
        end += size;
        return end;
      });
      const { packs, oversized } = pack(ends, room);
      expect(oversized).toBe(spansValue.filter((size) => size > room).length);
      expect(packs.reduce((sum, { spans: count }) => sum + count, 0)).toBe(spansValue.length - oversized);
      const bytes = packs.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(bytes).toBe(spansValue.filter((size) => size <= room).reduce((sum, size) => sum + size, 0));
      for (const { from, to } of packs) expect(to - from).toBeLessThanOrEqual(room);
      packs.slice(1).forEach(({ from, to }, index) => {
        const before = packs[index];
        expect(from).toBeGreaterThanOrEqual(before?.to ?? 0);
        const next = ends.find((one) => one > from) as number;
        if (from === before?.to) expect(next - (before?.from ?? 0)).toBeGreaterThan(room);
        expect(to).toBeGreaterThan(from);
      });
    }),
  );
});
