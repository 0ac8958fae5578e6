// OpenTelemetry's SDK registers itself first. meshtrace records beside it.
const { NodeSDK } = require("@opentelemetry/sdk-node");

new NodeSDK({ spanProcessors: [], textMapPropagator: null, instrumentations: [] }).start();
require("./server.cjs");
