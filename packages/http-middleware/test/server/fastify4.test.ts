import fastify from "fastify4";
import { describeServer } from "./contract.js";
import { fastifyApp } from "./fastify-app.js";

describeServer({ name: "Fastify 4", start: (service) => fastifyApp(fastify as never, service) });
