/**
 * Redis and PostgreSQL for the tests: the real servers where they are installed, and the smallest
 * ones that speak the protocols.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server on a port of the loopback interface. */
export interface Database {
  readonly port: number;
  stop(): Promise<void>;
}

async function listen(serve: (socket: Socket) => void): Promise<Database> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    serve(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/**
 * Answers requests of RESP (https://redis.io/docs/latest/develop/reference/protocol-spec/): an
 * array of bulk strings.
 */
export function smallestRedis(): Promise<Database> {
  const values = new Map<string, string>();
  const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
  const answer = (command: string, [first = "", second = ""]: readonly string[]): string => {
    switch (command) {
      case "HELLO":
        return `%2\r\n${bulk("server")}${bulk("redis")}${bulk("proto")}:3\r\n`;
      case "INFO":
        return bulk("redis_version:7.0.0\r\nloading:0\r\n");
      case "GET":
        return bulk(values.get(first) ?? "");
      case "SET":
        values.set(first, second);
        return "+OK\r\n";
      default:
        return "+OK\r\n";
    }
  };
  return listen((socket) => {
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      received += chunk;
      for (;;) {
        const count = Number(/^\*(\d+)\r\n/.exec(received)?.[1] ?? Number.NaN);
        const request = new RegExp(`^\\*\\d+\\r\\n((?:\\$\\d+\\r\\n[^\\r]*\\r\\n){${count}})`).exec(received);
        if (request === null) return;
        received = received.slice(request[0].length);
        const [command = "", ...rest] = (request[1] as string).split("\r\n").filter((_, index) => index % 2 === 1);
        socket.write(answer(command.toUpperCase(), rest));
      }
    });
  });
}

/**
 * Answers each query with one row `noon` (https://www.postgresql.org/docs/current/protocol.html):
 * a startup message without a type, then messages of type, length and body.
 */
export function smallestPostgres(): Promise<Database> {
  const message = (type: string, ...parts: readonly (string | number[])[]): Buffer => {
    const body = Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : Buffer.from(part))),
    );
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const ready = message("Z", [...Buffer.from("I")]);
  const row = Buffer.concat([
    // One column: its name, table, number, type (text), size, modifier and format.
    message("T", [0, 1], "time", [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]),
    message("D", [0, 1, 0, 0, 0, 4, ...Buffer.from("noon")]),
    message("C", "SELECT 1"),
  ]);
  const answers: Record<string, Buffer> = {
    Q: Buffer.concat([row, ready]),
    P: message("1"),
    B: message("2"),
    E: row,
    S: ready,
  };
  return listen((socket) => {
    let received = Buffer.alloc(0);
    let started = false;
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk as Buffer]);
      for (;;) {
        const head = started ? 1 : 0;
        if (received.length < head + 4) return;
        const length = head + received.readInt32BE(head);
        if (received.length < length) return;
        const type = started ? String.fromCharCode(received[0] as number) : "";
        received = received.subarray(length);
        const answer = started ? answers[type] : Buffer.concat([message("R", [0, 0, 0, 0]), ready]);
        started = true;
        if (answer !== undefined) socket.write(answer);
      }
    });
  });
}

/** Where a program is: on the path, or in the folder of Debian's PostgreSQL. */
function find(program: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/lib/postgresql/15/bin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

export const REDIS = find("redis-server");
export const POSTGRES = find("initdb") && find("postgres");

async function freePort(): Promise<number> {
  const { port, stop } = await listen(() => {});
  await stop();
  return port;
}

/** Waits until the port takes connections. */
async function accepting(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = createConnection(port, "127.0.0.1");
    const connected = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
}

async function started(child: ChildProcess, port: number, folder: string): Promise<Database> {
  const exit = once(child, "exit");
  await accepting(port, child);
  return {
    port,
    async stop() {
      child.kill("SIGINT");
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the real Redis, which keeps nothing. */
export async function realRedis(): Promise<Database> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  return started(spawn(REDIS as string, settings, { stdio: "ignore" }), port, folder);
}

/** Starts the real PostgreSQL in a new folder. It refuses to run as root. */
export async function realPostgres(): Promise<Database> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "postgres-"));
  const user = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  execFileSync(find("initdb") as string, ["-D", folder, "-U", "postgres", "-A", "trust", "--no-sync"], {
    ...user,
    stdio: "ignore",
  });
  const settings = ["-D", folder, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-F"];
  return started(spawn(POSTGRES as string, settings, { ...user, stdio: "ignore" }), port, folder);
}

function idOf(flag: string): number {
  return Number(execFileSync("id", [flag, "postgres"]));
}
