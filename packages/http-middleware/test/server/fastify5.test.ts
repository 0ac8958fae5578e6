import fastify from "fastify";
import { describeServer } from "./contract.js";
import { fastifyApp } from "./fastify-app.js";

describeServer({ name: "Fastify 5", start: (service) => fastifyApp(fastify, service) });
