/**
 * Calls that wait, repeat or share connections carry the headers of their own request. Uses the
 * built packages. `MESHTRACE_TEST_CALLS` is the number of calls over each client.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Metadata, type MethodDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import { type TestContext, test } from "vitest";

const APP = fileURLToPath(new URL("app.mjs", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../..", import.meta.url));
const CALLS = Number(process.env["MESHTRACE_TEST_CALLS"] ?? 480);

interface Result {
  readonly name: string;
  readonly calls: number;
  /** The number of calls that arrived with the headers of another request, or without. */
  readonly wrong: number;
  readonly first?: string;
}

type OnFinished = TestContext["onTestFinished"];

/** A method of gRPC that answers with the metadata that it received. */
async function serveEcho(onTestFinished: OnFinished): Promise<number> {
  const bytes = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));
  const parse = (message: Buffer): unknown => JSON.parse(String(message));
  const echo: MethodDefinition<unknown, unknown> = {
    path: "/test.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: parse,
    responseSerialize: bytes,
    responseDeserialize: parse,
  };
  const server = new Server();
  server.addService(
    { echo },
    {
      echo: (call: { metadata: Metadata }, done: (error: null, reply: unknown) => void) =>
        done(null, call.metadata.getMap()),
    },
  );
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync("localhost:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

/** Answers with the headers that it received; with 503 at first where the call asks for it. */
async function serveHeaders(onTestFinished: OnFinished): Promise<string> {
  const refused = new Set<string>();
  const server = createServer((request, response) => {
    const { "x-refuse": refuse, "x-b3-traceid": trace } = request.headers;
    // The trace is that of one call of one client: `x-refuse` is there again when it repeats the
    // call.
    if (refuse !== undefined && !refused.delete(String(trace))) {
      refused.add(String(trace));
      response.writeHead(503);
    }
    request.resume().on("end", () => response.end(JSON.stringify(request.headers)));
  });
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// Both at once, each in a process of its own.
test.concurrent.for(["register", "explicit"])(
  "%s",
  { timeout: 300_000 + CALLS * 150 },
  async (adapters, { expect, onTestFinished }) => {
    const flags = adapters === "register" ? ["--import", "@meshtrace/http-middleware/register"] : [];
    const child = spawn(process.execPath, [...flags, APP, adapters], {
      cwd: PACKAGE,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        NEXT: await serveHeaders(onTestFinished),
        GRPC_PORT: String(await serveEcho(onTestFinished)),
        COUNT: String(CALLS),
        OTEL_TRACES_EXPORTER: "none",
        MESHTRACE_PASS_THROUGH: "+end-user",
      },
    });
    onTestFinished(() => void child.kill());
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(code).toBe(0);
    const results = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    expect(results.length).toBeGreaterThanOrEqual(33);
    expect(results.filter(({ wrong, calls }) => wrong > 0 || calls < CALLS)).toEqual([]);
  },
);
