/**
 * Zipkin's page of a trace: real Envoys, the real service, a real Zipkin, and a browser without a
 * window.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startZipkin } from "../mesh/backends/zipkin.js";
import { MeshFailure } from "../mesh/failure.js";
import { CHAIN } from "../mesh/layout.js";
import { startMesh } from "../mesh/mesh.js";
import { install } from "../mesh/parts/install.js";
import { onPath } from "../mesh/parts/step.js";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];
const SIZE = "1280,560";
/**
 * Gateway twice, both services with their sidecars, and the call between them twice: by the app and
 * by its sidecar.
 */
const SPANS = 8;

/**
 * Writes `file`, a PNG. Throws `MeshFailure` when a part is missing or the trace does not arrive.
 */
export async function zipkinPicture(file: string, say: (line: string) => void): Promise<void> {
  const browser = BROWSERS.find(onPath);
  if (browser === undefined) throw new MeshFailure(`no browser on the PATH: one of ${BROWSERS.join(", ")}`);
  await install(["envoy", "zipkin"], say);
  const backend = await startZipkin();
  try {
    const mesh = await startMesh({ layout: CHAIN, backend, exporter: "zipkin" });
    try {
      // The first request also loads code; the second is what a running mesh looks like.
      for (let count = 0; count < 2; count += 1) await (await fetch(mesh.url)).text();
      const traceId = String(mesh.recorded.at(-1)?.headers["x-b3-traceid"]);
      for (let tries = 0; (await backend.sent(traceId)).length < SPANS; tries += 1) {
        if (tries === 100) throw new MeshFailure(`Zipkin did not get ${SPANS} spans within 20 s`);
        await sleep(200);
      }
      await screenshot(browser, `${backend.page}traces/${traceId}`, file);
    } finally {
      await mesh.stop();
    }
  } finally {
    await backend.stop();
  }
}

async function screenshot(browser: string, url: string, file: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), "browser-"));
  const args = [
    "--headless=new",
    "--hide-scrollbars",
    "--disable-gpu",
    // Time that the page's own requests and animations take.
    "--virtual-time-budget=15000",
    `--user-data-dir=${profile}`,
    `--window-size=${SIZE}`,
    `--screenshot=${file}`,
    // A browser that runs as root has no sandbox to go into; it visits our own page alone.
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    url,
  ];
  try {
    const child = spawn(browser, args, { stdio: "ignore" });
    const [code] = await once(child, "close");
    if (code !== 0) throw new MeshFailure(`${browser} ended with ${code}`);
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}
