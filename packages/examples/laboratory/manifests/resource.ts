/**
 * A Kubernetes object, as far as the checks read it; what a kind has in `spec` is defined by
 * `specOf`.
 */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
  readonly automountServiceAccountToken?: boolean;
  readonly spec?: unknown;
}

export type Labels = Readonly<Record<string, string>>;

export interface ServiceSpec {
  readonly type?: string;
  readonly selector?: Labels;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort?: number | string;
    readonly protocol?: string;
    readonly appProtocol?: string;
  }[];
}

export interface Probe {
  readonly httpGet?: { readonly port: number | string };
}

export interface Container {
  readonly name: string;
  readonly imagePullPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
  readonly env?: readonly {
    readonly name: string;
    readonly valueFrom?: { readonly fieldRef?: { fieldPath: string } };
  }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly resources?: { readonly requests?: { readonly cpu?: string; readonly memory?: string } };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

export interface DeploymentSpec {
  readonly selector: { readonly matchLabels?: Labels };
  readonly template: {
    readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
    readonly spec: {
      readonly serviceAccountName?: string;
      readonly automountServiceAccountToken?: boolean;
      readonly terminationGracePeriodSeconds?: number;
      readonly securityContext?: {
        readonly runAsNonRoot?: boolean;
        readonly seccompProfile?: { readonly type?: string };
      };
      readonly containers: readonly Container[];
    };
  };
}

export interface TelemetrySpec {
  readonly selector?: { readonly matchLabels?: Labels };
  readonly tracing?: readonly {
    readonly providers?: readonly { readonly name: string }[];
    readonly randomSamplingPercentage?: number;
    readonly disableSpanReporting?: boolean;
  }[];
}

export interface GatewaySpec {
  readonly gatewayClassName: string;
  readonly listeners: readonly { readonly name: string; readonly port: number }[];
}

export interface HttpRouteSpec {
  readonly parentRefs?: readonly {
    readonly name: string;
    readonly namespace?: string;
    readonly sectionName?: string;
  }[];
  readonly rules?: readonly {
    readonly matches?: readonly { readonly path?: { readonly type?: string; readonly value?: string } }[];
    readonly backendRefs?: readonly { readonly name: string; readonly namespace?: string; readonly port?: number }[];
  }[];
}

export interface ClassicGatewaySpec {
  readonly selector?: Labels;
  readonly servers?: readonly { readonly port: { readonly number: number } }[];
}

export interface VirtualServiceSpec {
  readonly gateways?: readonly string[];
  readonly http?: readonly {
    readonly match?: readonly { readonly uri?: { readonly exact?: string; readonly prefix?: string } }[];
    readonly route?: readonly {
      readonly destination: { readonly host: string; readonly subset?: string; readonly port?: { number: number } };
    }[];
  }[];
}

/** What the mesh of an overlay consists of. */
export interface Rendered {
  /** How the overlay puts proxies around the service. */
  readonly dataPlane: "sidecar" | "ambient";
  readonly resources: readonly Resource[];
  /** The names of the mesh configuration's providers. */
  readonly providers: readonly string[];
}

/** A check's findings, each a sentence; none when all is well. */
export type Check = (rendered: Rendered) => string[];

export const ROOT_NAMESPACE = "istio-system";

/** The resources of a kind; `group` tells Istio's Gateway from that of the Gateway API. */
export function ofKind(resources: readonly Resource[], kind: string, group?: string): Resource[] {
  return resources.filter(
    (one) => one.kind === kind && (group === undefined || one.apiVersion.startsWith(`${group}/`)),
  );
}

export function specOf<Spec>(resource: Resource): Spec {
  return (resource.spec ?? {}) as Spec;
}

export function deployments(resources: readonly Resource[]): { resource: Resource; spec: DeploymentSpec }[] {
  return ofKind(resources, "Deployment").map((resource) => ({ resource, spec: specOf<DeploymentSpec>(resource) }));
}

/** `Service hello/hello-world`, for sentences. */
export function nameOf({ kind, metadata }: Resource): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** Whether `labels` have all that `selector` asks for; an empty selector asks for nothing. */
export function covers(labels: Labels | undefined, selector: Labels | undefined): boolean {
  return Object.entries(selector ?? {}).every(([name, value]) => labels?.[name] === value);
}
