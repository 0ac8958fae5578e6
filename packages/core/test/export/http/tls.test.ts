/**
 * TLS against a server with certificates of a test authority, made once with openssl and valid for
 * a hundred years, but one. Their keys protect nothing.
 */
import { readFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { createServer } from "node:net";
import type { TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { JaegerExporter, type JaegerExporterConfig } from "../../../src/export/jaeger/jaeger-exporter.js";
import { collector } from "../../kit/collector.js";
import { exportAll } from "../export-all.js";
import { span } from "../spans.js";

const pem = (name: string): Buffer => readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url));
const certificate = (name: string): ServerOptions => ({ cert: pem(name), key: pem(`${name}.key`) });
const ca = pem("authority");

async function send(endpoint: string, config: JaegerExporterConfig): Promise<string> {
  const exporter = new JaegerExporter({ endpoint, deadlineMs: 5000, ...config });
  const { error } = await exportAll(exporter, [span()]);
  await exporter.shutdown();
  return error?.message ?? "sent";
}

test("a certificate of the own authority is trusted, with the authority configured", async () => {
  const { origin, requests } = await collector(202, certificate("server"));
  expect(await send(origin, { tls: { ca } })).toBe("sent");
  expect(requests).toHaveLength(1);
});

test("a client certificate is shown", async () => {
  let displayed = "";
  const server = { ...certificate("server"), ca, requestCert: true, rejectUnauthorized: true };
  const { origin } = await collector((request, response) => {
    displayed = String((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    response.writeHead(202).end();
  }, server);
  expect(await send(origin, { tls: { ca, cert: pem("client"), key: pem("client.key") } })).toBe("sent");
  expect(displayed).toBe("meshtrace test client");
});

test("the expected name can be another than the host's", async () => {
  const { origin } = await collector(202, certificate("other"));
  expect(await send(origin, { tls: { ca, servername: "other.example" } })).toBe("sent");
  expect(await send(origin, { tls: { ca } })).toContain("its certificate is for another name; set tls.servername");
});

test.each([
  ["an authority that is not known", "server", {}, "its certificate is not trusted; set tls.ca"],
  ["a certificate that has expired", "expired", { tls: { ca } }, "its certificate has expired"],
])("%s fails at once: no retry makes it better", async (_name, name, config, words) => {
  const { origin, requests, server } = await collector(202, certificate(name));
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  expect(await send(origin, config)).toContain(words);
  expect({ connections, requests: requests.length }).toEqual({ connections: 1, requests: 0 });
});

test("no client certificate where one is asked for", async () => {
  const server = { ...certificate("server"), ca, requestCert: true, rejectUnauthorized: true };
  const { origin, requests } = await collector(202, server);
  expect(await send(origin, { tls: { ca }, deadlineMs: 1 })).toContain(origin);
  expect(requests).toHaveLength(0);
});

test("https to a server that speaks http", async () => {
  const { origin } = await collector(202);
  expect(await send(origin.replace("http:", "https:"), { deadlineMs: 1000 })).toContain("TLS failed; is it http");
});

test("a handshake that never ends is given up", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  expect(await send(`https://127.0.0.1:${port}`, { timeoutMs: 50, deadlineMs: 149 })).toContain(
    "no answer within 50 ms",
  );
});
