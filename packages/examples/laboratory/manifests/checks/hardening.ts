/**
 * What a Pod of this repository is: without rights that it does not need, named as the mesh names
 * it, and given time.
 */
import { type Check, type Container, type DeploymentSpec, deployments, nameOf, ofKind } from "../resource.js";

/** Seconds that the library takes for its last flush, at most. */
const FLUSH_SECONDS = 5;
const DOWNWARD = { APP_NAME: "metadata.labels['app']", POD_NAMESPACE: "metadata.namespace" };

export const hardening: Check = ({ resources }) => {
  const accounts = ofKind(resources, "ServiceAccount");
  return deployments(resources).flatMap(({ resource, spec }) => {
    const { serviceAccountName: name, automountServiceAccountToken: mounts } = spec.template.spec;
    const account = accounts.find(
      ({ metadata }) => metadata.name === name && metadata.namespace === resource.metadata.namespace,
    );
    const missing = [
      ...podGaps(spec),
      ...spec.template.spec.containers.flatMap(containerGaps),
      ...(account === undefined ? [`ServiceAccount ${name} is not there`] : []),
      ...(name === resource.metadata.name ? [] : [`ServiceAccount ${name} is another's`]),
      ...(mounts === false && account?.automountServiceAccountToken === false ? [] : ["the API token is mounted"]),
    ];
    return missing.map((what) => `${nameOf(resource)}: ${what}.`);
  });
};

function podGaps({ template: { spec } }: DeploymentSpec): string[] {
  const { runAsNonRoot, seccompProfile } = spec.securityContext ?? {};
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  const before = Math.max(0, ...spec.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
  return gaps([
    [runAsNonRoot === true, "it may run as root"],
    [seccompProfile?.type === "RuntimeDefault", "it has no seccomp profile"],
    [grace > before + FLUSH_SECONDS, `${grace} s of grace are too few for ${before} s of preStop and the flush`],
  ]);
}

function containerGaps({ env = [], resources, securityContext, ...container }: Container): string[] {
  const open = (container.ports ?? []).map(({ name }) => name);
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
  const field = (name: string): string | undefined =>
    env.find((one) => one.name === name)?.valueFrom?.fieldRef?.fieldPath;
  return gaps([
    [securityContext?.allowPrivilegeEscalation === false, "it may gain privileges"],
    [securityContext?.readOnlyRootFilesystem === true, "its root filesystem can be written"],
    [securityContext?.capabilities?.drop?.includes("ALL") === true, "it keeps capabilities"],
    [resources?.requests?.cpu !== undefined && resources.requests.memory !== undefined, "it requests no cpu or memory"],
    [open.includes("http"), "it has no port named http"],
    [probes.every((probe) => probe?.httpGet?.port === "http"), "a probe is missing, or asks another port than http"],
    ...Object.entries(DOWNWARD).map(([name, path]): [boolean, string] => [
      field(name) === path,
      `${name} is not ${path} from the Downward API`,
    ]),
  ]);
}

function gaps(rules: readonly (readonly [boolean, string])[]): string[] {
  return rules.filter(([holds]) => !holds).map(([, gap]) => gap);
}
