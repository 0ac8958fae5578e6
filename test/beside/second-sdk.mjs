// OpenTelemetry's SDK registers itself first. meshtrace records beside it.
import { NodeSDK } from "@opentelemetry/sdk-node";

new NodeSDK({ spanProcessors: [], textMapPropagator: null, instrumentations: [] }).start();
await import("./server.mjs");
