import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { nearestPackageName, SDK_VERSION } from "../../src/config/identity.js";
import { resolveConfig } from "../../src/config/resolved-config.js";
import type { TracingOptions } from "../../src/config/tracing-options.js";
import { facts } from "./facts.js";

const folder = mkdtempSync(join(tmpdir(), "identity-"));
mkdirSync(join(folder, "app/dist"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "name": "hello-world" }');
writeFileSync(join(folder, "app/package.json"), "not json");
writeFileSync(join(folder, "app/dist/package.json"), '{ "type": "module" }');
afterAll(() => rmSync(folder, { recursive: true }));

const POD = { APP_NAME: "hello", POD_NAMESPACE: "default", POD_NAME: "hello-1", POD_IP: "10.0.0.7" };

function identityOf(
  environment: Record<string, string>,
  options: TracingOptions = {},
  program = join(folder, "app/dist/x.js"),
) {
  const { config } = resolveConfig(options, facts(environment, { packageName: () => nearestPackageName(program) }));
  const { serviceName, resource, settings } = config;
  expect(settings["serviceName"]?.value).toBe(serviceName);
  expect(settings["resourceAttributes"]?.value).toEqual(resource);
  return { name: serviceName, source: settings["serviceName"]?.source, resource };
}

test.each([
  ["the option", { ...POD, OTEL_SERVICE_NAME: "b" }, { serviceName: "a" }, "a", "option"],
  ["OTEL_SERVICE_NAME", { ...POD, OTEL_SERVICE_NAME: "b", JAEGER_SERVICE_NAME: "c" }, {}, "b", "OTEL_SERVICE_NAME"],
  ["JAEGER_SERVICE_NAME", { ...POD, JAEGER_SERVICE_NAME: "c" }, {}, "c", "JAEGER_SERVICE_NAME"],
  [
    "OTEL_RESOURCE_ATTRIBUTES",
    { ...POD, OTEL_RESOURCE_ATTRIBUTES: "service.name=d" },
    {},
    "d",
    "OTEL_RESOURCE_ATTRIBUTES",
  ],
  [
    "an option's service.name",
    { ...POD, OTEL_SERVICE_NAME: "b" },
    { resourceAttributes: { "service.name": "e" } },
    "e",
    "option",
  ],
  ["the Downward API", POD, {}, "hello.default", "kubernetes"],
  ["package.json, with half of the Downward API", { APP_NAME: "hello" }, {}, "hello-world", "package.json"],
  ["package.json", {}, {}, "hello-world", "package.json"],
])("the service name by %s", (_by, environment, options, name, source) => {
  const identity = identityOf(environment, options);
  expect(identity).toMatchObject({ name, source });
  expect(identity.resource["service.name"]).toBe(name);
});

test("without any of them it is unknown, and says so", () => {
  expect(identityOf({}, {}, "/nowhere/at/all.js")).toMatchObject({ name: "unknown_service:node", source: "default" });
});

test("the resource: process, host, pod; what is configured wins", () => {
  const { resource } = identityOf({ ...POD, OTEL_RESOURCE_ATTRIBUTES: "host.name=other,team=blue" });
  expect(resource).toMatchObject({
    "host.name": "other",
    team: "blue",
    "process.pid": 7,
    "process.runtime.name": "nodejs",
    "process.runtime.version": "20.20.0",
    "telemetry.sdk.name": "meshtrace",
    "telemetry.sdk.language": "nodejs",
    "k8s.pod.name": "hello-1",
    "k8s.namespace.name": "default",
    "k8s.pod.ip": "10.0.0.7",
  });
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect([resource["telemetry.sdk.version"], SDK_VERSION]).toEqual([version, version]);
  expect(Object.keys(identityOf({}).resource).filter((key) => key.startsWith("k8s"))).toEqual([]);
});
