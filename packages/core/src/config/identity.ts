/**
 * The identity of this process: its service name, and the resource that its spans carry.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Attributes } from "@opentelemetry/api";
import { SPAN_SETTINGS } from "./schema.js";
import type { Found } from "./setting.js";
import type { SettingReader } from "./setting-reader.js";
import type { Environment } from "./variable-reader.js";

/** The build replaces it with the version in package.json. Source that was not built has none. */
declare const PACKAGE_VERSION: string | undefined;

/** Version of this package. */
export const SDK_VERSION: string = typeof PACKAGE_VERSION === "string" ? PACKAGE_VERSION : "0.0.0-source";

/** What is known of the process and its pod. */
export interface ProcessFacts {
  readonly environment: Environment;
  readonly pid: number;
  readonly nodeVersion: string;
  readonly hostName: string;
  /** Whether standard output is a terminal that shows colours. */
  readonly terminal: boolean;
  /** Name in the program's package.json; `undefined` where there is none. */
  readonly packageName: () => string | undefined;
}

export interface Identity {
  readonly serviceName: string;
  /**
   * Attributes by OpenTelemetry's conventions. Configured ones override those that were detected.
   */
  readonly resource: Attributes;
}

/** Reads the service name and the resource. */
export function readIdentity(reader: SettingReader, facts: ProcessFacts): Identity {
  const input = reader.option(SPAN_SETTINGS.resourceAttributes);
  const variables = reader.variable(SPAN_SETTINGS.resourceAttributes);
  const serviceName = reader.show(
    SPAN_SETTINGS.serviceName,
    reader.option(SPAN_SETTINGS.serviceName) ??
      nameAmong(input) ??
      reader.variable(SPAN_SETTINGS.serviceName) ??
      nameAmong(variables) ??
      defaultServiceName(facts),
  );
  const configured = [input, variables].filter((found) => found !== undefined);
  const resource = Object.freeze({
    ...detectedAttributes(facts),
    ...variables?.value,
    ...input?.value,
    "service.name": serviceName,
  });
  const source = configured.map((found) => found.source).join(", ") || "default";
  return { serviceName, resource: reader.show(SPAN_SETTINGS.resourceAttributes, { value: resource, source }) };
}

function nameAmong(attributes: Found<Attributes> | undefined): Found<string> | undefined {
  const name = attributes?.value["service.name"];
  return typeof name === "string" && name !== "" ? { value: name, source: attributes?.source ?? "" } : undefined;
}

/**
 * Without a configured name: `app.namespace` from the Downward API (variables `APP_NAME` for the
 * label `app`, and `POD_NAMESPACE`), which is the name that Envoy and Kiali use; else
 * package.json's; else `unknown_service:node`.
 */
function defaultServiceName({ environment, packageName }: ProcessFacts): Found<string> {
  const { APP_NAME: app, POD_NAMESPACE: namespace } = environment;
  if (app && namespace) return { value: `${app}.${namespace}`, source: "kubernetes" };
  const name = packageName();
  if (name !== undefined) return { value: name, source: "package.json" };
  return { value: "unknown_service:node", source: "default" };
}

function detectedAttributes({ environment, hostName, pid, nodeVersion }: ProcessFacts): Attributes {
  const { POD_NAME: pod, POD_NAMESPACE: namespace, POD_IP: address } = environment;
  return {
    "host.name": hostName,
    "process.pid": pid,
    "process.runtime.name": "nodejs",
    "process.runtime.version": nodeVersion,
    "telemetry.sdk.name": "meshtrace",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": SDK_VERSION,
    ...(pod ? { "k8s.pod.name": pod } : {}),
    ...(namespace ? { "k8s.namespace.name": namespace } : {}),
    ...(address ? { "k8s.pod.ip": address } : {}),
  };
}

/** Returns the name in the package.json nearest to `file`, upwards; `undefined` without one. */
export function nearestPackageName(file: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown };
      // A build folder's package.json without a name only says what kind of modules it holds.
      if (typeof name === "string" && name !== "") return name;
    } catch {
      // Missing or malformed: the folder above may have one.
    }
    if (dirname(folder) === folder) return undefined;
  }
}
