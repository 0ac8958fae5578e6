// OpenTelemetry's instrumentations, and those that Fastify's and Hono's own teams maintain, with
// their defaults.
const { FastifyOtelInstrumentation } = require("@fastify/otel");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { KoaInstrumentation } = require("@opentelemetry/instrumentation-koa");
const { UndiciInstrumentation } = require("@opentelemetry/instrumentation-undici");

/**
 * Registers all of them; each patches only what the app loads. Returns what apps have to add
 * themselves.
 */
exports.instrument = () => {
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation(),
      new ExpressInstrumentation(),
      new KoaInstrumentation(),
      new FastifyOtelInstrumentation({ registerOnInitialization: true }),
      new UndiciInstrumentation(),
    ],
  });
  return {
    // A middleware, not an instrumentation. Loaded only by the app that uses it.
    get hono() {
      return require("@hono/otel").httpInstrumentationMiddleware;
    },
  };
};
