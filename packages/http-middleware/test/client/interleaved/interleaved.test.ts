/**
 * Calls that wait, repeat or share connections carry the headers of their own request. Uses the
 * built packages.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Metadata, type MethodDefinition, Server, ServerCredentials } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../target.js";

const APP = fileURLToPath(new URL("app.mjs", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../..", import.meta.url));

interface Result {
  readonly name: string;
  /** The number of calls that arrived with the headers of another request, or without. */
  readonly wrong: number;
  readonly first?: string;
}

/** A method of gRPC that answers with the metadata that it received. */
async function serveEcho(): Promise<number> {
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

async function run(adapters: "register" | "explicit"): Promise<Result[]> {
  const refused = new Set<string>();
  const next = await serve((request, response) => {
    const { "x-refuse": refuse, "x-b3-traceid": trace } = request.headers;
    // The trace is that of one call of one client: `x-refuse` is there again when it repeats the
    // call.
    if (refuse === undefined || !refused.delete(String(trace))) {
      if (refuse !== undefined) {
        refused.add(String(trace));
        response.writeHead(503);
      }
    }
    request.resume().on("end", () => response.end(JSON.stringify(request.headers)));
  });
  const grpcPort = await serveEcho();
  const flags = adapters === "register" ? ["--import", "@meshtrace/http-middleware/register"] : [];
  const child = spawn(process.execPath, [...flags, APP, adapters], {
    cwd: PACKAGE,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      NEXT: next,
      GRPC_PORT: String(grpcPort),
      COUNT: process.env["MESHTRACE_TEST_CALLS"] ?? "400",
      OTEL_TRACES_EXPORTER: "none",
      MESHTRACE_PASS_THROUGH: "+end-user",
    },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(0);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
}

test.each([["register"], ["explicit"]] as const)("%s", { timeout: 300_000 }, async (adapters) => {
  const results = await run(adapters);
  expect(results.length).toBeGreaterThanOrEqual(30);
  expect(results.filter(({ wrong }) => wrong > 0)).toEqual([]);
});
