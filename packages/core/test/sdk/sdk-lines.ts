/** The two lines of OpenTelemetry's SDK, each as the packages that an app installs. */
import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { Sampler } from "../../src/sampling/sampler.js";
import type {
  IdGenerator,
  ReadableSpan,
  Resource,
  SpanExporter,
  SpanLimits,
  SpanProcessor,
} from "../../src/tracer/readable-span.js";

/** The options that the providers of both lines have in common. */
export interface ProviderOptions {
  readonly idGenerator?: IdGenerator;
  readonly sampler?: Sampler;
  readonly spanProcessors?: SpanProcessor[];
  readonly spanLimits?: SpanLimits;
  readonly resource?: Resource;
}

export interface SdkProvider extends TracerProvider {
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface InMemoryExporter extends SpanExporter {
  getFinishedSpans(): ReadableSpan[];
}

export interface Sdk {
  newProvider(options: ProviderOptions): SdkProvider;
  newInMemoryExporter(): InMemoryExporter;
  newSimpleProcessor(exporter: SpanExporter): SpanProcessor;
  newBatchProcessor(exporter: SpanExporter): SpanProcessor;
  newParentBasedSampler(root: Sampler): Sampler;
}

/** What tests use of `NodeSDK`, which exports to nothing but `traceExporter` here. */
export interface NodeSdk {
  start(): void;
  shutdown(): Promise<void>;
}

export interface SdkLine {
  /** For the name of a test: line, and on an older Node what it needs. */
  readonly name: string;
  /** Whether this Node version is one that the line supports. */
  readonly supported: boolean;
  load(): Promise<Sdk>;
  newNodeSdk(options: Record<string, unknown>): Promise<NodeSdk>;
}

const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
const supports3 = major > 22 || (major === 22 && minor >= 15);
const QUIET = { autoDetectResources: false, metricReaders: [], logRecordProcessors: [], instrumentations: [] };

export const SDK_2: SdkLine = {
  name: "SDK 2.x",
  supported: true,
  async load() {
    const sdk = await import("@opentelemetry/sdk-trace-node");
    return {
      newProvider: (options) => new sdk.NodeTracerProvider(options as object),
      newInMemoryExporter: () => new sdk.InMemorySpanExporter(),
      newSimpleProcessor: (exporter) => new sdk.SimpleSpanProcessor(exporter),
      newBatchProcessor: (exporter) => new sdk.BatchSpanProcessor(exporter),
      newParentBasedSampler: (root) => new sdk.ParentBasedSampler({ root }),
    };
  },
  async newNodeSdk(options) {
    const { NodeSDK } = await import("@opentelemetry/sdk-node");
    return new NodeSDK({ ...QUIET, ...options });
  },
};

export const SDK_3: SdkLine = {
  name: supports3 ? "SDK 3.x" : "SDK 3.x, which needs Node 22.15",
  supported: supports3,
  async load() {
    const sdk = await import("@opentelemetry/sdk-trace");
    return {
      newProvider: (options) => new sdk.TracerProvider(options as object),
      newInMemoryExporter: () => new sdk.InMemorySpanExporter(),
      newSimpleProcessor: (exporter) => new sdk.SimpleSpanProcessor({ exporter }),
      newBatchProcessor: (exporter) => new sdk.BatchSpanProcessor({ exporter }),
      newParentBasedSampler: (root) => new sdk.ParentBasedSampler({ root }),
    };
  },
  async newNodeSdk(options) {
    const { NodeSDK } = await import("sdk-node-0.30x");
    return new NodeSDK({ ...QUIET, ...options });
  },
};

export const SDK_LINES = [SDK_2, SDK_3] as const;
