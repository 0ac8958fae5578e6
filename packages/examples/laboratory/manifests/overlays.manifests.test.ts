import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { OVERLAYS, type OverlayChecks, overlayChecks } from "./check-overlay.js";

const TREE = fileURLToPath(new URL("../../kubernetes/k8s", import.meta.url));
const workload = ["Namespace", "ServiceAccount", "Service", "Deployment", "Telemetry"];
const KINDS: Record<string, string[]> = {
  sidecar: [...workload, "Gateway", "HTTPRoute"],
  ambient: [...workload, "Gateway", "HTTPRoute", "Gateway"],
  "classic-gateway": [...workload, "Telemetry", "Gateway", "VirtualService"],
  chain: [...workload, "ServiceAccount", "Service", "Deployment", "Gateway", "HTTPRoute"],
  otel: [...workload, "Gateway", "HTTPRoute"],
};

let checks: OverlayChecks;
beforeAll(async () => {
  checks = await overlayChecks((line) => console.error(line));
}, 600_000);

test("every overlay is checked", () => {
  expect(readdirSync(`${TREE}/overlays`).toSorted()).toEqual(Object.keys(OVERLAYS).toSorted());
});

test.each(Object.keys(OVERLAYS))("overlay %s: a cluster takes it, and its mesh traces", async (overlay) => {
  const { resources, problems } = await checks.rendered(TREE, overlay);
  expect(problems).toEqual([]);
  expect(await checks.entries(TREE, overlay)).toEqual([]);
  expect(resources.map(({ kind }) => kind).toSorted()).toEqual((KINDS[overlay] ?? []).toSorted());
});
