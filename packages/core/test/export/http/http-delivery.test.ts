import { Agent } from "node:http";
import { createServer, type Socket } from "node:net";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test, vi } from "vitest";
import { unreachable } from "../../../src/export/http/delivery-failure.js";
import { type DeliveryOptions, HttpDelivery, type RetryClock } from "../../../src/export/http/http-delivery.js";
import { collector } from "../../kit/collector.js";
import { turns } from "../../kit/turns.js";

/** Only sleeping takes time: `sleeps` are the milliseconds between the attempts. */
class TestClock implements RetryClock {
  readonly sleeps: number[] = [];
  now(): number {
    return this.sleeps.reduce((sum, milliseconds) => sum + milliseconds, 0);
  }
  async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
  }
  /** The longest pauses. */
  random(): number {
    return 1;
  }
}

function deliveryTo(
  url: string,
  options: Partial<DeliveryOptions> = {},
  clock: RetryClock = new TestClock(),
): HttpDelivery {
  const settings = { url, contentType: "text/plain", timeoutMs: 200, deadlineMs: 5000, ...options };
  const delivery = new HttpDelivery(settings, clock);
  onTestFinished(() => delivery.abort());
  return delivery;
}
const BODY = Buffer.from("spans");
const outcome = (work: Promise<void>): Promise<string> =>
  work.then(
    () => "sent",
    (error: Error) => error.message,
  );

/** A server of bytes: `onSocket` does what HTTP has no words for. */
async function rawServer(onSocket: (socket: Socket, connections: number) => void): Promise<string> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    connections += 1;
    onSocket(socket, connections);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

test.each([200, 202, 204, 299])("%i is sent", async (status) => {
  const { origin, requests } = await collector(status);
  expect(await outcome(deliveryTo(origin).send(BODY))).toBe("sent");
  expect(requests).toHaveLength(1);
});

test.each([429, 502, 503, 504])("%i is tried again", async (status) => {
  const { origin, requests } = await collector([status, 202]);
  expect(await outcome(deliveryTo(origin).send(BODY))).toBe("sent");
  expect(requests.map(({ body }) => body.toString())).toEqual(["spans", "spans"]);
});

test.each([400, 401, 403, 404, 405, 413, 415, 500])("%i is final", async (status) => {
  const { origin, requests } = await collector([status, 202]);
  expect(await outcome(deliveryTo(origin).send(BODY))).toMatch(new RegExp(`^${status} from ${origin}/`));
  expect(requests).toHaveLength(1);
});

test("a refusal says what the server says, in one printable line, and not more than a line", async () => {
  const { origin } = await collector({ status: 400, body: `bad\n\u001b[31m id ${"x".repeat(100_000)}` });
  const message = await outcome(deliveryTo(origin).send(BODY));
  expect(message).toContain("(it says: bad [31m id xxx");
  expect(message.length).toBeLessThan(400);
});

test("connections are kept, also behind refusals", async () => {
  const { origin, requests } = await collector([202, 400, 202, { status: 500, body: "x".repeat(1000) }, 202]);
  const delivery = deliveryTo(origin);
  for (let count = 0; count < 5; count += 1) await outcome(delivery.send(BODY));
  expect(requests).toHaveLength(5);
  expect(new Set(requests.map(({ port }) => port)).size).toBe(1);
});

test("an answer without end costs its connection, and no more", async () => {
  const { origin, requests } = await collector((_request, response) => {
    response.writeHead(202);
    const flood = (): void =>
      void (response.write("x".repeat(65_536)) ? setImmediate(flood) : response.once("drain", flood));
    flood();
  });
  const delivery = deliveryTo(origin);
  expect(await outcome(delivery.send(BODY))).toBe("sent");
  expect(await outcome(delivery.send(BODY))).toBe("sent");
  expect(requests).toHaveLength(2);
});

test.each([
  ["seconds", () => "10"],
  ["a date", () => new Date(Date.now() + 10_000).toUTCString()],
])("Retry-After in %s is waited for", async (_name, header) => {
  const { origin, requests } = await collector([{ status: 429, headers: { "retry-after": header() } }, 202]);
  const clock = new TestClock();
  expect(await outcome(deliveryTo(origin, { deadlineMs: 20_000 }, clock).send(BODY))).toBe("sent");
  expect(clock.sleeps).toHaveLength(1);
  // Its own delay would be 200 ms; a date has whole seconds.
  expect(clock.sleeps[0]).toBeGreaterThan(5_000);
  expect(clock.sleeps[0]).toBeLessThanOrEqual(10_000);
  expect(requests).toHaveLength(2);
});

test("a Retry-After beyond the deadline does not end the retries", async () => {
  const refusal = { status: 503, headers: { "retry-after": "3600" } };
  const { origin, requests } = await collector([refusal, refusal, 202]);
  const clock = new TestClock();
  expect(await outcome(deliveryTo(origin, {}, clock).send(BODY))).toBe("sent");
  expect(requests).toHaveLength(3);
  expect(clock.sleeps).toEqual([200, 400]);
});

test("the deadline ends retries", async () => {
  const { origin, requests } = await collector(503);
  const clock = new TestClock();
  expect(await outcome(deliveryTo(origin, { deadlineMs: 700 }, clock).send(BODY))).toContain("503 from");
  expect(clock.sleeps).toEqual([200, 400]);
  expect(requests).toHaveLength(3);
});

test("the last attempt is cut short by the deadline: the reason is that of the one before", async () => {
  const { origin } = await collector([503, () => {}]);
  const clock = { now: () => performance.now(), sleep: async () => {}, random: () => 0 };
  const delivery = deliveryTo(origin, { deadlineMs: 400, timeoutMs: 9000 }, clock);
  expect(await outcome(delivery.send(BODY))).toContain("503 from");
});

test("a silent server is given up after the time for an attempt, and asked again", async () => {
  const { origin, requests } = await collector([() => {}, 202]);
  expect(await outcome(deliveryTo(origin).send(BODY))).toBe("sent");
  expect(requests).toHaveLength(2);
  const silent = await collector(() => {});
  expect(await outcome(deliveryTo(silent.origin, { deadlineMs: 300 }).send(BODY))).toContain("no answer within");
});

test("a connection that is reset, half open or full of garbage is tried again", async () => {
  const answers: ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.end(),
    (socket) => socket.write("HTTP/1.1 20"),
    (socket) => socket.end("\u0000\u0001garbage\r\n\r\n"),
    (socket) => socket.end("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"),
  ];
  let tried = 0;
  const url = await rawServer((socket, connections) => {
    tried = connections;
    socket.once("data", () => answers[connections - 1]?.(socket));
  });
  expect(await outcome(deliveryTo(url, { deadlineMs: 15_000 }).send(BODY))).toBe("sent");
  expect(tried).toBe(5);
});

test("a kept connection that the server closed meanwhile costs no delay", async () => {
  const seen: Socket[] = [];
  const url = await rawServer((socket, connections) => {
    seen.push(socket);
    let requests = 0;
    socket.on("data", () => {
      requests += 1;
      if (connections === 1 && requests === 2) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
    });
  });
  const clock = new TestClock();
  const delivery = deliveryTo(url, { timeoutMs: 5000 }, clock);
  expect(await outcome(delivery.send(BODY))).toBe("sent");
  // The connection returns to the agent.
  await turns();
  expect(await outcome(delivery.send(BODY))).toBe("sent");
  expect(seen).toHaveLength(2);
  expect(clock.sleeps).toEqual([]);
});

test("no listener: the message says where and what to look at", async () => {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const closed = (free.address() as { port: number }).port;
  await new Promise((resolve) => free.close(resolve));
  const message = await outcome(
    deliveryTo(`http://u:secret@127.0.0.1:${closed}/api?token=x`, { deadlineMs: 90 }).send(BODY),
  );
  expect(message).toContain(`http://127.0.0.1:${closed}/api: ECONNREFUSED: nothing listens there`);
  expect(message).not.toMatch(/secret|token/);
});

test("an error of another realm, as in Jest, is no answer: it is retried, and explained", async () => {
  const refused = runInNewContext(`Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })`);
  let connections = 0;
  class RefusingAgent extends Agent {
    override createConnection(...[, created]: Parameters<Agent["createConnection"]>): undefined {
      connections += 1;
      setImmediate(() => created?.(refused, undefined as never));
    }
  }
  const delivery = deliveryTo("http://127.0.0.1:1/", { agent: new RefusingAgent(), deadlineMs: 400 });
  expect(await outcome(delivery.send(BODY))).toContain("http://127.0.0.1:1/: ECONNREFUSED: nothing listens there");
  expect(connections).toBeGreaterThan(1);
});

test.each([
  ["ENOTFOUND", "does not resolve"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "set tls.ca"],
  ["HPE_INVALID_CONSTANT", "gRPC port"],
  ["EPROTO", "is it http"],
])("%s is explained: %s", (code, words) => {
  expect(unreachable(Object.assign(new Error("x"), { code }), "https://collector/").message).toContain(words);
});

test("gzip from 1 KiB on, and the other side reads the same", async () => {
  const { origin, requests } = await collector(202);
  const delivery = deliveryTo(origin, { compression: "gzip" });
  const large = Buffer.alloc(100_000, "span");
  await delivery.send(BODY);
  await delivery.send(large);
  expect(requests.map(({ headers }) => headers["content-encoding"])).toEqual([undefined, "gzip"]);
  expect(Number(requests[1]?.headers["content-length"])).toBeLessThan(10_000);
  expect(requests[1]?.body.equals(large)).toBe(true);
});

test("redirects of the same origin that keep the method are followed, with credentials", async () => {
  const { origin, requests } = await collector([
    { status: 307, headers: { location: "/moved" } },
    { status: 308, headers: { location: "/again" } },
    202,
  ]);
  const url = `${origin.replace("//", "//user:pass@")}/here`;
  expect(await outcome(deliveryTo(url).send(BODY))).toBe("sent");
  expect(requests.map((one) => [one.method, one.url, one.body.toString()])).toEqual([
    ["POST", "/here", "spans"],
    ["POST", "/moved", "spans"],
    ["POST", "/again", "spans"],
  ]);
  expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(1);
});

test.each([301, 302, 303, 307, 308])("a redirect %i to a stranger is refused, and named", async (status) => {
  const stranger = await collector(202);
  const { origin } = await collector({ status, headers: { location: `${stranger.origin}/api?secret=1` } });
  const message = await outcome(deliveryTo(origin, { headers: { authorization: "Bearer t" } }).send(BODY));
  expect(message).toBe(
    `${status} from ${origin}/: redirects to ${stranger.origin}/api; if that is the collector, configure it`,
  );
  expect(stranger.requests).toHaveLength(0);
});

test("redirects in a circle end", async () => {
  const { origin, requests } = await collector({ status: 307, headers: { location: "/" } });
  expect(await outcome(deliveryTo(origin).send(BODY))).toContain("307 from");
  expect(requests).toHaveLength(4);
});

test("headers may be made anew for each request", async () => {
  const { origin, requests } = await collector(202);
  let count = 0;
  const delivery = deliveryTo(origin, { headers: () => ({ "x-token": String(++count) }) });
  await delivery.send(BODY);
  await delivery.send(BODY);
  expect(requests.map(({ headers }) => headers["x-token"])).toEqual(["1", "2"]);
});

test("abort ends what is under way, at once", async () => {
  const { origin, requests } = await collector(() => {});
  const delivery = deliveryTo(origin, { timeoutMs: 60_000, deadlineMs: 60_000 });
  const sending = outcome(delivery.send(BODY));
  await expect.poll(() => requests.length).toBe(1);
  delivery.abort();
  expect(await sending).toContain(origin);
});

test("a 2xx whose body never ends does not hold its connection", async () => {
  let closed = 0;
  const { origin } = await collector((_request, response) => {
    response.writeHead(202);
    const trickle = setInterval(() => response.write("."), 10);
    response.on("close", () => {
      clearInterval(trickle);
      closed += 1;
    });
  });
  expect(await outcome(deliveryTo(origin, { timeoutMs: 60_000 }).send(BODY))).toBe("sent");
  // Without a limit of its own the body would take the minute of the attempt.
  await vi.waitFor(() => expect(closed).toBe(1), { timeout: 10_000 });
});
