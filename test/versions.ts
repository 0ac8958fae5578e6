/**
 * Versions of other packages in the tests of the packed libraries. `MESHTRACE_TEST_LATEST=1`
 * installs the newest versions instead, which is what the weekly workflow tests.
 */
const LATEST = process.env["MESHTRACE_TEST_LATEST"] === "1";

/** OpenTelemetry's packages of SDK 2.x. */
const SDK_2 = ">=0.200 <0.300";

/**
 * Returns what npm installs: `name` in `version`, or in the weekly run the newest version in
 * `range`.
 */
const packageAt = (name: string, version: string, range = "latest"): string => `${name}@${LATEST ? range : version}`;

/** Returns the dependencies of a small app, in their newest versions in the weekly run. */
export const versionsOf = (dependencies: Record<string, string> = {}): Record<string, string> =>
  LATEST ? Object.fromEntries(Object.keys(dependencies).map((name) => [name, "latest"])) : dependencies;

export const NODE_VERSIONS = ["20.20.2", "22.23.3", "24.21.0", "26.10.0"];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const supportsSdk3 = major > 22 || (major === 22 && minor >= 15);

/** SDK 3.x needs Node 22.15. Its tests run on Node 24 if this process is older. */
export const NODE_OF_SDK_3 = supportsSdk3 ? process.versions.node : "24.21.0";

export const API_1_9 = packageAt("@opentelemetry/api", "1.9.1", "1.9");
export const API_1_10 = packageAt("@opentelemetry/api", "1.10.0");

export const SDK_NODE_2 = packageAt("@opentelemetry/sdk-node", "0.223.0", SDK_2);
export const SDK_NODE_3 = packageAt("@opentelemetry/sdk-node", "0.301.0");

export const OTLP_2 = packageAt("@opentelemetry/exporter-trace-otlp-proto", "0.223.1", SDK_2);
export const OTLP_3 = packageAt("@opentelemetry/exporter-trace-otlp-proto", "0.301.1");

export const AUTO_INSTRUMENTATIONS_2 = packageAt("@opentelemetry/auto-instrumentations-node", "0.81.2", ">=0.60 <0.82");
export const AUTO_INSTRUMENTATIONS_3 = packageAt("@opentelemetry/auto-instrumentations-node", "0.82.0");
