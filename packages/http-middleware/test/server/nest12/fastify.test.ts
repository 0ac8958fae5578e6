import "reflect-metadata";
import * as common from "@nestjs/common";
import * as core from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { describeServer } from "../contract.js";
import { type Nest, namesHandlers, nestApp } from "../nest-app.js";
import type { Running, Service } from "../service.js";

const nest = {
  common,
  core,
  platform: () => new FastifyAdapter({ forceCloseConnections: true }),
  onFastify: true,
  rest: "raw/*",
} as unknown as Nest;
const start = (service: Service): Promise<Running> => nestApp(nest, service);
describeServer({ name: "Nest 12 on Fastify", start });
namesHandlers(start);
