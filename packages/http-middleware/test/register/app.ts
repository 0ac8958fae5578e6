/** Apps that know nothing of tracing, in processes of their own, with the built package. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, onTestFinished } from "vitest";
import { INCOMING } from "../../../core/test/kit/incoming-headers.js";

export { INCOMING } from "../../../core/test/kit/incoming-headers.js";

const here = fileURLToPath(new URL("../..", import.meta.url));
// Inside the package, where the frameworks are.
const folder = mkdtempSync(`${here}dist/register-`);
afterAll(() => rmSync(folder, { recursive: true }));

/** The headers of the request with that number, in a trace of its own. */
export const incoming = (index: number): typeof INCOMING => ({
  ...INCOMING,
  "x-b3-traceid": index.toString(16).padStart(32, INCOMING["x-b3-traceid"]),
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly shared?: true;
  readonly kind: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly remoteEndpoint?: { readonly ipv4?: string; readonly port?: number };
}

/**
 * A running app: where it listens, what the service behind it got, what it reported and said.
 * `stop` ends it with SIGTERM, on which it sends the spans that it still has.
 */
export async function start(file: string, code: string, flags: string[], env: Record<string, string> = {}) {
  const reported: ZipkinSpan[] = [];
  const reports: IncomingHttpHeaders[] = [];
  const received: IncomingHttpHeaders[] = [];
  const collector = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    reports.push(request.headers);
    reported.push(...(JSON.parse(body) as ZipkinSpan[]));
    response.writeHead(202).end();
  });
  const next = await serve((request, response) => {
    received.push(request.headers);
    response.end("noon");
  });
  writeFileSync(`${folder}/${file}`, code);
  const child = spawn(process.execPath, [...flags, `${folder}/${file}`], {
    cwd: here,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      OTEL_LOG_LEVEL: "warn",
      NODE_OPTIONS: "",
      NEXT: next,
      OTEL_SERVICE_NAME: "app",
      OTEL_TRACES_EXPORTER: "zipkin",
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${collector}/api/v2/spans`,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      ...env,
    },
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  // The port is a line of its own; messages below warnings go to the same stream.
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (/^\d+$/.test(line)) resolve(line);
      else said += `${line}\n`;
    });
  });
  const port = await Promise.race([listening, once(child, "exit").then(() => Promise.reject(new Error(said)))]);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await once(child, "close");
  };
  return { url: `http://127.0.0.1:${port}`, reported, reports, received, child, said: () => said, stop };
}

export const IMPORT = ["--import", "@meshtrace/http-middleware/register"];
export const REQUIRE = ["--require", "@meshtrace/http-middleware/register"];
